/** What `kindling hooks` does. */
export const hookActions = ['install', 'uninstall'] as const

export type HookAction = (typeof hookActions)[number]
