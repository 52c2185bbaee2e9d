export const keepChoices = ['never', 'on-failure', 'always'] as const

/** Whether an environment stays once its tests have ended (E5). */
export type Keep = (typeof keepChoices)[number]
