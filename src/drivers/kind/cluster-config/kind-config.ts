import type { SourceLocation } from '../../../diagnostics/diagnostic.ts'

/** A Kind config of the project, as it was read. */
export interface KindConfigFile {
  /** Absolute path. */
  readonly file: string
  readonly text: string
}

/** What is to be known of a Kind config before a cluster is made from it. */
export interface KindConfig {
  /** Absent when the project has none, and kind's defaults apply: one node. */
  readonly source?: KindConfigFile
  readonly nodes: readonly KindConfigNode[]
  /** Those with a host port that is fixed, the API server's among them. */
  readonly portMappings: readonly PortMapping[]
}

export interface KindConfigNode {
  readonly role: NodeRole
  readonly image?: string
}

export type NodeRole = (typeof nodeRoles)[number]

export const nodeRoles = ['control-plane', 'worker'] as const

/** A port of the host that leads to one of a node. */
export interface PortMapping {
  readonly hostPort: number
  readonly containerPort: number
  /** An IP address; `0.0.0.0` where the config says nothing. */
  readonly listenAddress: string
  readonly protocol: string
  readonly location: SourceLocation
}
