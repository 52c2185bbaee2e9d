import { Argument, Option } from 'commander'
import { clusterProviders, evidenceChoices } from '../config/config.ts'
import { keepChoices } from '../operations/keep.ts'
import { strategyNames } from '../plan/plan.ts'
import { parseFile, parseKeepFor } from './option-parsers.ts'
import { parseThreshold } from './threshold.ts'

// What several commands take: one name, one meaning and one sentence wherever it stands.

export const environmentArgument = () =>
  new Argument('[environment]', 'name of an environment; the only one, or the one marked default')

export const fileOption = () =>
  new Option('-f, --file <path>', 'configuration file; otherwise kindling.yaml here or above').env(
    'KINDLING_FILE',
  )

export const archiveOption = () =>
  new Option('--archive <directory>', 'load images from there instead of building them').env(
    'KINDLING_ARCHIVE',
  )

export const outputOption = () =>
  new Option('-o, --output <format>', 'what is written to standard output')
    .choices(['text', 'json'])
    .default('text')

export const junitOption = () =>
  new Option('--junit <file>', 'write a report in the JUnit format: each task is a test case')
    .env('KINDLING_JUNIT')
    .argParser(parseFile)

export const providerOption = () =>
  new Option('--provider <name>', 'what serves the environment, instead of what it says')
    .choices(clusterProviders)
    .env('KINDLING_PROVIDER')

export const engineOption = () =>
  new Option('--engine <name>', 'which container engine; otherwise the first that can be used')
    .choices(['podman', 'docker'])
    .env('KINDLING_ENGINE')

export const nodeImageOption = () =>
  new Option('--node-image <reference>', 'image of the nodes of a Kind cluster').env('KINDLING_NODE_IMAGE')

export const recreateOption = () =>
  new Option('--recreate', 'replace a cluster that is not as the configuration says')

export const evidenceOption = () =>
  new Option(
    '--evidence <when>',
    'gather logs, events and facts into the directory of the run, instead of when the environment says',
  ).choices(evidenceChoices)

export const intoOption = () =>
  new Option('-e, --environment <name>', 'whose cluster images are loaded into; the only one, or the default')

export const coverageOption = () =>
  new Option('--coverage', 'measure the coverage of the services; E2E_COVERAGE=true does the same')

export const keepOption = (description: string) =>
  new Option('--keep <when>', description).choices(keepChoices).env('KINDLING_KEEP')

export const strategyOption = () =>
  new Option('--strategy <name>', 'which phases wait for which')
    .choices(strategyNames)
    .default('pipelined')
    .env('KINDLING_STRATEGY')

export const regressionOption = () =>
  new Option(
    '--fail-on-regression <percentage>',
    'exit with 1 when a phase took so much longer than the median of recent runs, for example 20%',
  ).argParser(parseThreshold)

export const keepForOption = (description: string) =>
  new Option('--keep-for <duration>', description).argParser(parseKeepFor)
