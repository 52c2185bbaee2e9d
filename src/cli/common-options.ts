import { Argument, Option } from 'commander'
import { clusterProviders, evidenceChoices } from '../config/config.ts'
import { keepChoices } from '../operations/run/keep.ts'
import { strategyNames } from '../plan/plan.ts'
import { parseFile, parseKeepFor } from './option-parsers.ts'
import { parseThreshold } from './threshold.ts'

// What several commands take: one name, one meaning and one sentence wherever it stands.

export const environmentArgument = () =>
  new Argument('[environment]', 'name of an environment. Default: the only one, or the one marked default')

export const fileOption = () =>
  new Option(
    '-f, --file <path>',
    'configuration file. Default: kindling.yaml in this directory or above',
  ).env('KINDLING_FILE')

export const archiveOption = () =>
  new Option('--archive <directory>', 'load images from this directory instead of building them').env(
    'KINDLING_ARCHIVE',
  )

export const outputOption = () =>
  new Option('-o, --output <format>', 'format of standard output').choices(['text', 'json']).default('text')

export const junitOption = () =>
  new Option('--junit <file>', 'write a JUnit report, with each task as a test case')
    .env('KINDLING_JUNIT')
    .argParser(parseFile)

export const providerOption = () =>
  new Option('--provider <name>', 'what serves the environment, instead of its `cluster.provider`')
    .choices(clusterProviders)
    .env('KINDLING_PROVIDER')

export const engineOption = () =>
  new Option('--engine <name>', 'container engine. Default: the first that works')
    .choices(['podman', 'docker'])
    .env('KINDLING_ENGINE')

export const nodeImageOption = () =>
  new Option('--node-image <reference>', 'node image of a Kind cluster').env('KINDLING_NODE_IMAGE')

export const recreateOption = () =>
  new Option('--recreate', 'replace a Kind cluster that no longer matches the configuration')

export const evidenceOption = () =>
  new Option(
    '--evidence <when>',
    'when to gather logs, events and facts into the run directory, instead of the `evidence.when` of the environment',
  ).choices(evidenceChoices)

export const intoOption = () =>
  new Option(
    '-e, --environment <name>',
    'environment whose cluster the images are loaded into. Default: the only one, or the one marked default',
  )

export const coverageOption = () =>
  new Option('--coverage', 'measure the coverage of the services; variable E2E_COVERAGE=true')

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
    'exit with 1 when a phase took this much longer than the median of recent runs, for example 20%',
  ).argParser(parseThreshold)

export const keepForOption = (description: string) =>
  new Option('--keep-for <duration>', description).argParser(parseKeepFor)
