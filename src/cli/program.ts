import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Argument, Command, Option } from 'commander'
import { benchStates } from '../operations/bench/states.ts'
import { strategyNames } from '../plan/plan.ts'
import { formatNames } from '../reporters/formats.ts'
import {
  archiveOption,
  coverageOption,
  engineOption,
  environmentArgument,
  evidenceOption,
  fileOption,
  intoOption,
  junitOption,
  keepForOption,
  keepOption,
  nodeImageOption,
  outputOption,
  providerOption,
  recreateOption,
  regressionOption,
  strategyOption,
} from './common-options.ts'
import { hookActions } from './hook-actions.ts'
import { lintFormats } from './lint-output/lint-output.ts'
import type { ChoiceFlags } from './load-environment.ts'
import { parseAge, parseBytes, parseCount, parsePlatforms, parseSeveral, parseTag } from './option-parsers.ts'
import type { Session } from './session.ts'
import { parseSince } from './since.ts'
import { parseSupposition } from './supposition.ts'

/** The version in package.json. */
function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/**
 * The command line, as data: each command's code is loaded only when it runs. `tests` is the command that followed
 * `--`.
 */
export function createProgram(session: Session, tests: readonly string[] = []): Command {
  const program = new Command('kindling')
  program
    .description('From a repository to a running end-to-end test environment, and back to a clean machine.')
    .version(packageVersion(), '-V, --version')
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('(run with --help for what there is)')
    .configureHelp({ sortSubcommands: false })
    .configureOutput({ writeOut: session.stdout.write, writeErr: session.stderr.write })
    .hook('preAction', (_, command) => {
      const { output, junit, hold } = command.opts()
      // Of `report` it is a file, which may have any name.
      const isFormat = command.options.some(({ long, argChoices }) => long === '--output' && argChoices)
      session.wanted = {
        isJson: isFormat && output === 'json',
        isOneLine: hold === true,
        ...(junit === undefined ? {} : { junitFile: resolve(session.cwd, junit) }),
      }
    })

  const command = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .exitOverride()
      .configureOutput({ writeOut: session.stdout.write, writeErr: session.stderr.write })

  /** Code that works on an environment is loaded after this: a mistake in the configuration is told without. */
  const chosenBy = async (name: string | undefined, options: ChoiceFlags) =>
    (await import('./load-environment.ts')).loadEnvironment(session, name, options)

  command('init', 'write a kindling.yaml from the Dockerfiles, manifests and scripts of this directory')
    .option('--check', 'print what would be written, and write nothing; exit code 2 when it would not plan')
    .action(async (options) => (await import('./commands/init.ts')).initCommand(session, options))
  command('up', 'bring an environment up, and leave it up')
    .addArgument(environmentArgument())
    .addOption(fileOption())
    .addOption(strategyOption())
    .addOption(providerOption())
    .addOption(nodeImageOption())
    .addOption(engineOption())
    .addOption(recreateOption())
    .addOption(archiveOption())
    .addOption(coverageOption())
    .addOption(evidenceOption())
    .addOption(
      keepForOption('how long it is wanted, for example 2h: then `gc` removes it; otherwise for ever'),
    )
    .option('--fail-fast', 'when a task fails, cancel the others instead of finishing them')
    .addOption(junitOption())
    .addOption(regressionOption())
    .option('--hold', 'take it down again when standard input ends, as it does with whoever started this')
    .addOption(keepOption('what stays after --hold; otherwise only what was up before'))
    .addOption(outputOption())
    .action(async (name, options, up) => {
      if (up.getOptionValueSource('keep') === 'cli' && !options.hold) {
        up.error("error: option '--keep <when>' needs --hold: otherwise all stays", { exitCode: 2 })
      }
      const chosen = await chosenBy(name, options)
      if (options.hold) await (await import('./commands/hold.ts')).holdCommand(session, chosen, options)
      else await (await import('./commands/up.ts')).upCommand(session, chosen, options)
    })
  command('test', 'bring an environment up, run its tests, and take it down again')
    .addArgument(environmentArgument())
    .usage('[options] [environment] [-- command]')
    .addOption(fileOption())
    .addOption(strategyOption())
    .addOption(providerOption())
    .addOption(nodeImageOption())
    .addOption(engineOption())
    .addOption(recreateOption())
    .addOption(archiveOption())
    .addOption(keepOption('leave the environment up; otherwise only what was up before stays'))
    .addOption(coverageOption())
    .addOption(evidenceOption())
    .addOption(keepForOption('how long what is kept is wanted; otherwise 24h').implies({ keep: 'always' }))
    .option('--fail-fast', 'when a task fails, cancel the others instead of finishing them')
    .addOption(junitOption())
    .addOption(regressionOption())
    .addOption(outputOption())
    .action(async (name, options, invoked: Command) => {
      if (options.keep === 'never' && options.keepFor !== undefined) {
        invoked.error("error: option '--keep-for <duration>' cannot be used with '--keep never'")
      }
      const chosen = await chosenBy(name, options)
      await (await import('./commands/test.ts')).testCommand(session, chosen, tests, options)
    })
  command('down', 'remove everything of an environment')
    .addArgument(environmentArgument())
    .addOption(fileOption())
    .action(async (name, options) => (await import('./commands/down.ts')).downCommand(session, name, options))
  command('build', 'build images in parallel, without any cluster')
    .addArgument(new Argument('[image...]', 'names of images; all that are built here'))
    .addOption(fileOption())
    .addOption(
      new Option('--tag <tag>', 'instead of a unique one; the variable IMAGE_TAG does the same').argParser(
        parseTag,
      ),
    )
    .addOption(engineOption())
    .option('--load', 'load the images into the cluster of an environment that is up')
    .addOption(new Option('--kind', 'the same as --load').implies({ load: true }))
    .addOption(intoOption())
    .option('--push <registry>', 'upload the images there; one for several platforms as a list of them')
    .addOption(archiveOption())
    .option('--export <directory>', 'write the images there, for others to load with --archive')
    .option('--cleanup', 'remove the images again in the end')
    .option('--fresh', 'build without any cache, and reuse nothing')
    .option('--coverage', 'build for the measuring of coverage; E2E_COVERAGE=true does the same')
    .addOption(
      new Option(
        '--platform <os/architecture>',
        'instead of what the images say; several, with commas between them or one by one, for all of them',
      ).argParser(parsePlatforms),
    )
    .addOption(new Option('-j, --jobs <number>', 'at most so many builds at once').argParser(parseCount))
    .option('--fail-fast', 'when a build fails, cancel the others instead of finishing them')
    .addOption(junitOption())
    .addOption(outputOption())
    .action(async (names, options) =>
      (await import('./commands/build.ts')).buildCommand(session, names, options),
    )
  command('load', 'load images into the cluster of an environment that is up')
    .addArgument(new Argument('[image...]', 'names of images; all that are built here'))
    .addOption(fileOption())
    .addOption(intoOption())
    .addOption(archiveOption())
    .option('--fail-fast', 'when an image fails, cancel the others instead of finishing them')
    .addOption(outputOption())
    .action(async (names, options) =>
      (await import('./commands/build.ts')).buildCommand(session, names, { ...options, load: true }),
    )
  command('plan', 'show what `up` would do and how long it would take, without doing it')
    .addArgument(environmentArgument())
    .addOption(fileOption())
    .addOption(strategyOption())
    .addOption(providerOption())
    .addOption(
      new Option(
        '--simulate <what>',
        'predict it for another machine, or for more services: cpus=16,memory=64GiB,services=200',
      ).argParser(parseSupposition),
    )
    .addOption(new Option('--graph', 'print a Mermaid flowchart').conflicts('output'))
    .addOption(outputOption())
    .action(async (name, options) => {
      const chosen = await chosenBy(name, options)
      await (await import('./commands/plan.ts')).planCommand(session, chosen, options)
    })
  command('report', 'tell an earlier run again: where its time went, what failed, what has changed')
    .addArgument(
      new Argument(
        '[run]',
        'id of a run, the beginning or end of it, or a path to its directory; the newest',
      ),
    )
    .addOption(fileOption())
    .option('--list', 'show which runs there are')
    .addOption(
      new Option(
        '--format <name>',
        'otherwise what the name of the file asks for, or text for people',
      ).choices(formatNames),
    )
    .option('-o, --output <file>', 'write it there instead of to standard output')
    .option('--compare <run>', 'with which run; `previous` is the last one that did the same and succeeded')
    .action(async (name, options) =>
      (await import('./commands/report.ts')).reportCommand(session, name, options),
    )
  command('matrix', 'divide environments among jobs of CI, by how long they took')
    .addArgument(new Argument('[environment...]', 'names of environments; all'))
    .addOption(fileOption())
    .addOption(
      new Option('--format <format>', 'what to print').choices(['github', 'gitlab', 'json']).default('json'),
    )
    .addOption(
      new Option('--shards <number>', 'at most so many jobs; otherwise one for each environment').argParser(
        parseCount,
      ),
    )
    .option(
      '--durations <file...>',
      'what other machines have recorded, as `--format json` has written it there',
    )
    .action(async (names, options) =>
      (await import('./commands/matrix.ts')).matrixCommand(session, names, options),
    )
  command('bench', 'bring an environment up by several strategies in turn, and compare them')
    .addArgument(environmentArgument())
    .addOption(fileOption())
    .addOption(
      new Option('--strategies <names>', 'which, with commas between them')
        .argParser(parseSeveral(strategyNames))
        .default([...strategyNames], strategyNames.join(',')),
    )
    .addOption(new Option('--rounds <number>', 'how often each is measured').argParser(parseCount).default(3))
    .addOption(
      new Option('--states <names>', 'from where: cold (no cache), warm (every image is there)')
        .argParser(parseSeveral(benchStates))
        .default(['cold', 'warm'], 'cold,warm'),
    )
    .option(
      '--change <file>',
      'also measure `up` again with an empty line more in this file, which is put back',
    )
    .option('--compare <file>', 'an earlier result, as `--output json` has written it')
    .addOption(providerOption())
    .addOption(nodeImageOption())
    .addOption(engineOption())
    .addOption(outputOption())
    .action(async (name, options) => {
      const chosen = await chosenBy(name, options)
      await (await import('./commands/bench.ts')).benchCommand(session, chosen, options)
    })
  command('lint', 'find what makes builds slow and environments fail, in Dockerfiles and in the project')
    .addArgument(
      new Argument(
        '[path...]',
        'Dockerfiles, YAML files, or directories with Dockerfiles; the whole project',
      ),
    )
    .addOption(fileOption())
    .option('--fix', 'put right in the files what can safely be put right')
    .addOption(
      new Option('--staged', 'look at what is about to be committed instead, as git has it').conflicts([
        'fix',
        'file',
      ]),
    )
    .addOption(
      new Option('-o, --output <format>', 'what is written to standard output')
        .choices(lintFormats)
        .default('text'),
    )
    .action(async (paths, options) =>
      (await import('./commands/lint.ts')).lintCommand(session, paths, packageVersion(), options),
    )
  command('hooks', 'have git lint what is about to be committed, or no longer')
    .addArgument(new Argument('<action>', 'what to do with the pre-commit hook').choices(hookActions))
    .action(async (action) => (await import('./commands/hooks.ts')).hooksCommand(session, action))
  command('status', 'show which environments of this machine are up')
    .option('--adoption', 'instead, how far each service of this repository has come, and its next step')
    .addOption(fileOption())
    .addOption(
      new Option('-o, --output <format>', 'what is written to standard output')
        .choices(['text', 'json', 'markdown'])
        .default('text'),
    )
    .action(async (options) => (await import('./commands/status.ts')).statusCommand(session, options))
  command('logs', 'show what the containers of an environment that is up have printed')
    .addArgument(new Argument('[service...]', 'names of services; all of them'))
    .option('--file <path>', 'configuration file; otherwise kindling.yaml here or above')
    .addOption(
      new Option(
        '-e, --environment <name>',
        'whose services they are; the only one, or the one marked default',
      ),
    )
    .option('-f, --follow', 'go on with what is printed from now on')
    .addOption(
      new Option('-n, --tail <lines>', 'of each container only so many lines, the last ones').argParser(
        parseCount,
      ),
    )
    .addOption(
      new Option('--since <when>', 'only what is newer: 10m, or 2026-01-31T08:00:00Z').argParser(parseSince),
    )
    .addOption(
      new Option('-p, --previous', 'what containers printed before they were last started').conflicts(
        'follow',
      ),
    )
    .option('-t, --timestamps', 'begin each line with its time')
    .addOption(outputOption())
    .action(async (services, options) =>
      (await import('./commands/logs.ts')).logsCommand(session, services, options),
    )
  command('doctor', 'check by trying whether this machine can do all that is needed').action(async () =>
    (await import('./commands/doctor.ts')).doctorCommand(session),
  )
  command(
    'gc',
    'remove what crashed runs and deleted repositories left behind, and what nobody wants any more',
  )
    .option('--all', 'also the images that are kept for later runs, as far as nothing uses them')
    .addOption(
      new Option('--older-than <duration>', 'of these, those that were made so long ago: 12h, 7d').argParser(
        parseAge,
      ),
    )
    .addOption(
      new Option('--max-size <size>', 'of these, the oldest, until the rest takes no more: 10GiB').argParser(
        parseBytes,
      ),
    )
    .option('--dry-run', 'remove nothing, and say what would go')
    .action(async (options) => (await import('./commands/gc.ts')).gcCommand(session, options))
  program
    .command('reap', { hidden: true })
    .argument('<project>')
    .argument('<id>')
    .argument('<pid>')
    .action(async (project, id, pid) =>
      (await import('./commands/reap.ts')).reapCommand(session, project, id, pid),
    )
  command('schema', 'print the JSON schema of kindling.yaml').action(async () =>
    (await import('./commands/schema.ts')).schemaCommand(session),
  )
  return program
}
