/**
 * From where an environment is brought up: `cold`, every image is built without any cache; `warm`, every image is there
 * and nothing else; `changed`, it is up, and one file is another.
 */
export const benchStates = ['cold', 'warm', 'changed'] as const

export type BenchState = (typeof benchStates)[number]
