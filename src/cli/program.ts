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

/** The commands by what they are for, as `--help` lists them. */
const groups: Readonly<Record<string, readonly string[]>> = {
  'Environments:': ['init', 'up', 'test', 'down', 'status', 'logs'],
  'Images:': ['build', 'load'],
  'Plans and reports:': ['plan', 'report', 'bench', 'matrix'],
  'Repository and machine:': ['lint', 'hooks', 'doctor', 'gc', 'schema'],
}

function groupOf(command: string): string {
  return Object.keys(groups).find((title) => groups[title]?.includes(command)) ?? 'Commands:'
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
    .showHelpAfterError('(run with --help for usage)')
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
      .helpGroup(groupOf(name))
      .description(description)
      .exitOverride()
      .configureOutput({ writeOut: session.stdout.write, writeErr: session.stderr.write })

  /** Code that works on an environment is loaded after this: a mistake in the configuration is told without. */
  const chosenBy = async (name: string | undefined, options: ChoiceFlags) =>
    (await import('./load-environment.ts')).loadEnvironment(session, name, options)

  command('init', 'write a kindling.yaml from the Dockerfiles, manifests and scripts of this directory')
    .option('--check', 'print what would be written, and write nothing; exit code 2 if it would not plan')
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
      keepForOption('how long to keep it, for example 2h; after that `gc` removes it. Default: no limit'),
    )
    .option('--fail-fast', 'when a task fails, cancel the others instead of letting them finish')
    .addOption(junitOption())
    .addOption(regressionOption())
    .option(
      '--hold',
      'take it down again when standard input ends, which it does when whoever started this is gone',
    )
    .addOption(keepOption('with --hold: when to leave it up. Default: only if it was up before'))
    .addOption(outputOption())
    .action(async (name, options, up) => {
      if (up.getOptionValueSource('keep') === 'cli' && !options.hold) {
        up.error("error: option '--keep <when>' needs '--hold': `up` without it leaves everything up", {
          exitCode: 2,
        })
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
    .addOption(keepOption('when to leave the environment up. Default: only if it was up before'))
    .addOption(coverageOption())
    .addOption(evidenceOption())
    .addOption(
      keepForOption(
        'how long to keep it, as --keep always; after that `gc` removes it. Default: 24h',
      ).implies({ keep: 'always' }),
    )
    .option('--fail-fast', 'when a task fails, cancel the others instead of letting them finish')
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
    .addArgument(new Argument('[image...]', 'names of images. Default: all that are built here'))
    .addOption(fileOption())
    .addOption(
      new Option('--tag <tag>', 'a tag to use instead of a unique one; variable IMAGE_TAG').argParser(
        parseTag,
      ),
    )
    .addOption(engineOption())
    .option('--load', 'load the images into the cluster of an environment that is up')
    .addOption(new Option('--kind', 'same as --load').implies({ load: true }))
    .addOption(intoOption())
    .option(
      '--push <registry>',
      'push the images to this registry; an image for several platforms as one list',
    )
    .addOption(archiveOption())
    .option('--export <directory>', 'write the images to this directory, for others to load with --archive')
    .option('--cleanup', 'remove the images again at the end')
    .option('--fresh', 'build without any cache and reuse nothing')
    .option(
      '--coverage',
      'build with coverage measurement, as for `up --coverage`; variable E2E_COVERAGE=true',
    )
    .addOption(
      new Option(
        '--platform <os/architecture>',
        'build all images for this platform instead of their own; several separated by commas, or given one by one',
      ).argParser(parsePlatforms),
    )
    .addOption(new Option('-j, --jobs <number>', 'at most this many builds at once').argParser(parseCount))
    .option('--fail-fast', 'when a build fails, cancel the others instead of letting them finish')
    .addOption(junitOption())
    .addOption(outputOption())
    .action(async (names, options) =>
      (await import('./commands/build.ts')).buildCommand(session, names, options),
    )
  command('load', 'load images into the cluster of an environment that is up')
    .addArgument(new Argument('[image...]', 'names of images. Default: all that are built here'))
    .addOption(fileOption())
    .addOption(intoOption())
    .addOption(archiveOption())
    .option('--fail-fast', 'when an image fails, cancel the others instead of letting them finish')
    .addOption(outputOption())
    .action(async (names, options) =>
      (await import('./commands/build.ts')).buildCommand(session, names, { ...options, load: true }),
    )
  command('plan', 'show what `up` would do and how long it would take, and do nothing')
    .addArgument(environmentArgument())
    .addOption(fileOption())
    .addOption(strategyOption())
    .addOption(providerOption())
    .addOption(
      new Option(
        '--simulate <what>',
        'predict for another machine, or for more services: cpus=16,memory=64GiB,services=200',
      ).argParser(parseSupposition),
    )
    .addOption(new Option('--graph', 'print the plan as a Mermaid flowchart').conflicts('output'))
    .addOption(outputOption())
    .action(async (name, options) => {
      const chosen = await chosenBy(name, options)
      await (await import('./commands/plan.ts')).planCommand(session, chosen, options)
    })
  command('report', 'report on an earlier run: where its time went, what failed, what has changed')
    .addArgument(
      new Argument(
        '[run]',
        'id of a run, its beginning or end, or the path of its directory. Default: the newest run',
      ),
    )
    .addOption(fileOption())
    .option('--list', 'list the runs there are')
    .addOption(
      new Option(
        '--format <name>',
        'format of the report. Default: by the extension of the --output file, else text',
      ).choices(formatNames),
    )
    .option('-o, --output <file>', 'write the report to this file instead of standard output')
    .option(
      '--compare <run>',
      'compare with this run; `previous` is the last one that did the same and succeeded',
    )
    .action(async (name, options) =>
      (await import('./commands/report.ts')).reportCommand(session, name, options),
    )
  command('matrix', 'divide environments among CI jobs by how long they take')
    .addArgument(new Argument('[environment...]', 'names of environments. Default: all'))
    .addOption(fileOption())
    .addOption(
      new Option('--format <format>', 'what to print').choices(['github', 'gitlab', 'json']).default('json'),
    )
    .addOption(
      new Option('--shards <number>', 'at most this many jobs. Default: one per environment').argParser(
        parseCount,
      ),
    )
    .option(
      '--durations <file...>',
      'durations recorded on other machines, as written there by `matrix --format json`',
    )
    .action(async (names, options) =>
      (await import('./commands/matrix.ts')).matrixCommand(session, names, options),
    )
  command('bench', 'bring an environment up with several strategies in turn, and compare them')
    .addArgument(environmentArgument())
    .addOption(fileOption())
    .addOption(
      new Option('--strategies <names>', 'which strategies, separated by commas')
        .argParser(parseSeveral(strategyNames))
        .default([...strategyNames], strategyNames.join(',')),
    )
    .addOption(new Option('--rounds <number>', 'how often to measure each').argParser(parseCount).default(3))
    .addOption(
      new Option(
        '--states <names>',
        'starting points, separated by commas: cold (no cache), warm (all images are there), changed (see --change)',
      )
        .argParser(parseSeveral(benchStates))
        .default(['cold', 'warm'], 'cold,warm'),
    )
    .option(
      '--change <file>',
      'also measure a second `up` after a change: an empty line added to this file, and taken out again',
    )
    .option('--compare <file>', 'compare with an earlier result, as written by `bench --output json`')
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
        'Dockerfiles, YAML files, or directories with Dockerfiles. Default: the whole project',
      ),
    )
    .addOption(fileOption())
    .option('--fix', 'fix in the files what can be fixed safely')
    .addOption(
      new Option('--staged', 'lint what is about to be committed, as it is in the git index').conflicts([
        'fix',
        'file',
      ]),
    )
    .addOption(
      new Option('-o, --output <format>', 'format of standard output').choices(lintFormats).default('text'),
    )
    .action(async (paths, options) =>
      (await import('./commands/lint.ts')).lintCommand(session, paths, packageVersion(), options),
    )
  command('hooks', 'install or remove the git hook that lints what is about to be committed')
    .addArgument(new Argument('<action>', 'what to do with the pre-commit hook').choices(hookActions))
    .action(async (action) => (await import('./commands/hooks.ts')).hooksCommand(session, action))
  command('status', 'show which environments of this machine are up')
    .option(
      '--adoption',
      'show instead how far each service of this repository has moved to Kindling, and its next step',
    )
    .addOption(fileOption())
    .addOption(
      new Option('-o, --output <format>', 'format of standard output')
        .choices(['text', 'json', 'markdown'])
        .default('text'),
    )
    .action(async (options) => (await import('./commands/status.ts')).statusCommand(session, options))
  command('logs', 'show what the containers of an environment have printed')
    .addArgument(new Argument('[service...]', 'names of services. Default: all'))
    .option('--file <path>', 'configuration file. Default: kindling.yaml in this directory or above')
    .addOption(
      new Option(
        '-e, --environment <name>',
        'the environment. Default: the only one, or the one marked default',
      ),
    )
    .option('-f, --follow', 'keep following what is printed')
    .addOption(
      new Option('-n, --tail <lines>', 'only the last lines of each container').argParser(parseCount),
    )
    .addOption(
      new Option('--since <when>', 'only what was printed since: 10m, or 2026-01-31T08:00:00Z').argParser(
        parseSince,
      ),
    )
    .addOption(
      new Option('-p, --previous', 'what the containers printed before their last start').conflicts('follow'),
    )
    .option('-t, --timestamps', 'begin each line with its time')
    .addOption(outputOption())
    .action(async (services, options) =>
      (await import('./commands/logs.ts')).logsCommand(session, services, options),
    )
  command('doctor', 'check, by trying, whether this machine can do what is needed').action(async () =>
    (await import('./commands/doctor.ts')).doctorCommand(session),
  )
  command('gc', 'remove what crashed runs, deleted repositories and expired environments left behind')
    .option('--all', 'also remove images that are kept for later runs, unless something uses them')
    .addOption(
      new Option(
        '--older-than <duration>',
        'also remove kept images that are older than this: 12h, 7d',
      ).argParser(parseAge),
    )
    .addOption(
      new Option(
        '--max-size <size>',
        'also remove kept images, the oldest first, until the rest fits into this: 10GiB',
      ).argParser(parseBytes),
    )
    .option('--dry-run', 'only say what would be removed')
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
