import { dockerignore } from './dockerignore.ts'
import { hostPortClash } from './host-port-clash.ts'
import { kubeadmPatch } from './kubeadm-patch.ts'
import { nodePortClash } from './node-port-clash.ts'
import type { ProjectRule } from './project-rule.ts'
import { pullPolicy } from './pull-policy.ts'
import { relativeMount } from './relative-mount.ts'
import { unknownImage } from './unknown-image.ts'

/** What is looked for in a project: a rule is a file in this directory, and a line here. */
export const projectRules: readonly ProjectRule[] = [
  dockerignore,
  hostPortClash,
  nodePortClash,
  unknownImage,
  pullPolicy,
  kubeadmPatch,
  relativeMount,
]
