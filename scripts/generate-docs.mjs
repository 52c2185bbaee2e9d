// Writes what is generated from the code: the JSON schema, and the reference pages of kindling.yaml and the commands.
// With --check it writes nothing and fails when a committed file is stale. Needs `npm run build` first.
import { readFile, writeFile } from 'node:fs/promises'
import { createProgram } from '../dist/cli/program.js'
import { createSession } from '../dist/cli/session.js'
import { configJsonSchema } from '../dist/config/json-schema.js'
import { parseConfig } from '../dist/config/parse.js'
import { projectRules } from '../dist/lint/project/rules.js'
import { dockerfileRules } from '../dist/lint/rules.js'
import { waiverRule } from '../dist/lint/waivers.js'
import { exitCodes } from '../dist/operations/operation-error.js'

const root = new URL('../', import.meta.url)

const example = `apiVersion: kindling/v1alpha1
project: shop

images:
  base: { dockerfile: docker/base.Dockerfile }
  gateway:
    dockerfile: docker/gateway.Dockerfile
    args: { BASE: "\${images.base.ref}" }
  postgres: { pull: postgres:16-alpine }

services:
  postgres:
    apply: deploy/postgres.yaml
    ready: [rollout, { exec: [psql, -c, "SELECT 1"] }]
  gateway:
    apply: deploy/gateway
    needs: [postgres]
    ready: [rollout, { http: { port: api, path: /readyz } }]
    ports: { api: 8080 }

environments:
  e2e: { services: [gateway] }
`

const head = [
  '# kindling.yaml',
  '',
  '<!-- Generated from src/config/v1alpha1.ts by `npm run docs`. -->',
  '',
  'One file at the root of the repository. Relative paths start at its directory. Keys that are not listed here',
  'are errors.',
  '',
  '```yaml',
  '# yaml-language-server: $schema=./node_modules/kindling/schema.json',
  ...example.trimEnd().split('\n'),
  '```',
  '',
  'The first line makes editors complete and check the file.',
  '',
]

const configColumns = ['key', 'type', 'default', 'meaning']

const cliHead = [
  '# The command line',
  '',
  '<!-- Generated from src/cli/program.ts by `npm run docs`. -->',
  '',
  'Data goes to standard output, progress and problems to standard error. A terminal shows a live view; in a pipe, on a',
  'dumb terminal or with `CI` set there is one line per event, and GitHub Actions and GitLab CI get groups and',
  'annotations ([output.md](output.md)). `NO_COLOR` and `FORCE_COLOR` are respected.',
  '',
  'Every command takes `--help`; `kindling --version` prints the version. An option counts more than the variable that',
  'does the same. More variables are [below](#variables).',
]

const cliTail = [
  '',
  '## Exit codes',
  '',
  '| code | meaning |',
  '| --- | --- |',
  `| ${exitCodes.ok} | done |`,
  `| ${exitCodes.taskFailed} | a task failed, \`lint\` found errors, or a phase is slower than \`--fail-on-regression\` allows |`,
  `| ${exitCodes.usage} | the command line, \`kindling.yaml\` or a manifest is wrong; nothing was done |`,
  `| ${exitCodes.machine} | the machine is the problem: no usable podman, a port is taken, a disk is full, the cluster did not start |`,
  `| ${exitCodes.internal} | a bug in Kindling |`,
  `| ${exitCodes.testsFailed} | the environment came up, and its tests failed |`,
  '| 130, 143, 129 | interrupted by Ctrl-C, SIGTERM or SIGHUP: 128 plus the number of the signal |',
  '',
  '[errors.md](errors.md) explains every error code.',
  '',
  '## Variables',
  '',
  'Beside those that stand for an option above:',
  '',
  '| variable | meaning |',
  '| --- | --- |',
  '| `CI` | no live view, even in a terminal |',
  '| `NO_COLOR`, `FORCE_COLOR` | colours off, or on |',
  '| `IMAGE_TAG` | the tag of all images that `build` makes, as `--tag` |',
  '| `E2E_COVERAGE` | `true` is `--coverage` |',
  '| `KINDLING_STATE_DIR` | where Kindling keeps what it knows of this machine; default `~/.local/state/kindling` |',
  '| `KINDLING_REAPER` | `off`: nothing cleans up after a `kill -9` until the next `down`, `gc` or `up` |',
  '| `OTEL_EXPORTER_OTLP_ENDPOINT`, `TRACEPARENT`, … | where traces are sent, and which trace they are part of ([reports.md](reports.md#traces)) |',
]

const lintHead = `# Lint

<!-- Generated from src/lint by \`npm run docs\`. -->

\`kindling lint\` finds what makes builds slow and environments fail before anybody waits for it: in the Dockerfiles of the
images in \`kindling.yaml\`, and in the project around them. Given paths, it looks at those instead: files, or directories in
which it looks for \`Dockerfile\`, \`Dockerfile.*\`, \`*.Dockerfile\` and \`Containerfile\`. That works without a \`kindling.yaml\`.

\`\`\`
docker/gateway.Dockerfile:12:5  error  package-upgrade
  \`dnf update\` upgrades every package of the base image
    12 | RUN dnf -y update && dnf -y install openssl && dnf clean all
       |     ~~~~~~~~~~~~~
  why:  it is slow, makes a different image every day, and hides which base the image really has
  cost: 41.0s when \`gateway\` was last built on this machine, on the critical path of \`e2e\`: up 38.2s sooner without it
  hint: start from a newer base image and pin it by tag or digest; for single packages, \`dnf upgrade PACKAGE\`
\`\`\`

If Kindling has built the image before, a finding says how long its instructions took, and how much sooner an environment would
be up without them. Exit code 1 means that there are errors; warnings alone are no failure. \`--output\` writes \`json\`, \`sarif\`
(2.1.0, for code scanning) or \`github\` (annotations of GitHub Actions) instead. \`--fix\` fixes what can be fixed safely: nothing
it does changes what the image can do, and a second \`--fix\` changes nothing more.

\`lintDockerfile(text)\` does the same from TypeScript.

## What is read

Scripts are read as a shell would read them: after \`&&\`, \`||\`, \`;\` and pipes; in subshells, \`if\`, loops, \`case\` and functions; in
\`$(…)\`, in quotes after \`sh -c\` and \`eval\`, in heredocs; and after \`sudo\`, \`env\`, \`time\`, \`timeout\`, \`xargs\` and the like.
Variables are filled in from \`ARG\`, \`ENV\`, the script itself, and the \`args\` of the image. Text that is only printed, quoted or
commented is not a command, and what runs in the container later (\`CMD\`, \`ENTRYPOINT\`, \`HEALTHCHECK\`) is not part of the build.
Not looked into are scripts of the project that a \`RUN\` calls, and PowerShell.

## Waivers

\`\`\`dockerfile
# kindling-lint disable=package-upgrade reason="the base is rebuilt monthly, this image weekly"
RUN dnf -y update && dnf clean all
\`\`\`

A waiver before the first instruction applies to the whole file. Elsewhere it applies to the instruction that follows or, between
the lines of one instruction, to its next line. In YAML it applies to the line that follows, or to its own if it is at the end of
one. Several rules are separated by commas. In \`kindling.yaml\` you can waive a rule for the project or a part of it:

\`\`\`yaml
lint:
  disable:
    - { rule: package-upgrade, path: docker/legacy.Dockerfile, reason: "replaced in May" }
  severity: { unpinned-base: error }
\`\`\`

## Before each commit

After \`kindling hooks install\`, git lints the Dockerfiles, Kind configurations and the \`kindling.yaml\` of each commit, as they are
about to be committed rather than as they are in the directory. A hook that is already there is kept, and called first;
\`kindling hooks uninstall\` puts it back. This works in worktrees and with \`core.hooksPath\`, and a commit without such files does
not even start Kindling. What the hook runs is \`kindling lint --staged\`. For [pre-commit](https://pre-commit.com) there is the hook
\`kindling-lint\` in \`.pre-commit-hooks.yaml\`.
`

/** One entry for each generated file: its path and its text. */
const pages = [
  { path: 'schema.json', render: () => `${JSON.stringify(configJsonSchema(), null, 2)}\n` },
  { path: 'docs/config-reference.md', render: () => renderConfigReference(configJsonSchema()) },
  { path: 'docs/cli-reference.md', render: () => renderCliReference(createProgram(createSession(process))) },
  { path: 'docs/lint.md', render: renderLint },
]

const stale = []
for (const { path, render } of pages) {
  const file = new URL(path, root)
  const text = await render()
  const current = await readFile(file, 'utf8').catch(() => undefined)
  if (current === text) continue
  stale.push(path)
  if (!process.argv.includes('--check')) await writeFile(file, text)
}

if (process.argv.includes('--check')) {
  for (const path of stale) console.error(`${path} is stale: run \`npm run docs\` and commit it`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  console.log(stale.length === 0 ? 'all generated files were up to date' : `wrote ${stale.join(', ')}`)
}

/** An example of everything, then one section for each mapping of the file. */
function renderConfigReference(schema) {
  const { diagnostics } = parseConfig('/kindling.yaml', example, { exists: () => true, env: {} })
  if (diagnostics.length > 0) throw new Error(`The example is wrong: ${JSON.stringify(diagnostics)}`)
  const sections = sectionsBelow(schema, '').map(({ heading, text = [], rows }) =>
    ['', `## ${heading}`, '', ...text, ...table(configColumns, rows)].join('\n'),
  )
  return `${[...head, ...table(configColumns, rowsOf(schema)), ...sections].join('\n')}\n`
}

/** One section for each rule. */
function renderLint() {
  const sections = [
    '## Rules for Dockerfiles',
    ...dockerfileRules.map((rule) => ruleSection(rule, 'dockerfile')),
    '## Rules for projects',
    ...projectRules.map((rule) => ruleSection(rule, 'yaml')),
    '## Rules for waivers',
    ruleSection(waiverRule, 'dockerfile'),
  ]
  return `${[lintHead, ...sections]
    .join('\n\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`
}

function ruleSection({ name, severity, summary, why, details, example, fix }, language) {
  const capital = (text) => text.replace(/^./, (letter) => letter.toUpperCase())
  const fenced = (text) => `\`\`\`${language}\n${text}\n\`\`\``
  return [
    `### ${name}`,
    `${capital(severity)}: ${summary}. ${capital(why)}.`,
    details,
    ...(example === undefined ? [] : [fenced(example.bad), 'Better:', fenced(example.good)]),
    ...(fix === undefined ? [] : [`\`--fix\` ${fix}.`]),
  ].join('\n\n')
}

/** One section for each command, then what holds for all of them. */
function renderCliReference(program) {
  const commands = program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.name() !== 'help')
  const sections = commands.flatMap((command) => {
    const help = command.createHelp()
    const operands = help
      .visibleArguments(command)
      .map((operand) => [code(operand.name()), ...meaningOf(operand)])
    const options = command.options.map((option) => [`\`${option.flags}\``, ...meaningOf(option)])
    const rows = [...operands, ...options]
    return [
      '',
      `## \`${program.name()} ${command.name()}\``,
      '',
      `${command.description().replace(/^./, (letter) => letter.toUpperCase())}.`,
      '',
      '```',
      help.commandUsage(command),
      '```',
      ...(rows.length === 0 ? [] : ['', ...table(['argument or option', 'meaning', 'default'], rows)]),
    ]
  })
  return `${[...cliHead, ...sections, ...cliTail].join('\n')}\n`
}

function meaningOf({ description, argChoices, defaultValue, envVar }) {
  const choices = argChoices === undefined ? '' : `: ${argChoices.map(code).join(', ')}`
  const variable = envVar === undefined ? '' : `; variable ${code(envVar)}`
  return [`${description}${choices}${variable}`, defaultValue === undefined ? '' : code(defaultValue)]
}

/** The sections of everything inside a mapping, depth first. */
function sectionsBelow(schema, path) {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) =>
    sectionsOf(property, path === '' ? key : `${path}.${key}`),
  )
}

function sectionsOf(schema, path) {
  const heading = code(path)
  if (schema.properties !== undefined) {
    return [{ heading, text: textOf(schema), rows: rowsOf(schema) }, ...sectionsBelow(schema, path)]
  }
  if (schema.items !== undefined) return sectionsOf(schema.items, `${path}[]`)
  if (schema.additionalProperties) return sectionsOf(schema.additionalProperties, `${path}.<name>`)
  const branches = schema.anyOf ?? []
  const isChoiceOfKeys = branches.some(({ const: word, enum: words }) => (word ?? words) !== undefined)
  if (isChoiceOfKeys) {
    // Of a value that is a word or a text, its own row says all.
    if (!branches.some(({ properties }) => properties !== undefined)) return []
    const rows = branches.flatMap((branch) =>
      branch.properties === undefined ? [wordRow(branch)] : rowsOf({ ...branch, required: [] }),
    )
    const text = ['Each item is one of these; `timeout` may stand beside any of them.', '']
    return [
      { heading, text, rows: sharedLast(rows) },
      ...branches.flatMap((branch) => sectionsBelow(branch, path)),
    ]
  }
  const sections = branches.flatMap((branch) => {
    const [section, ...below] = sectionsOf(branch, path)
    return section === undefined ? [] : [{ ...section, title: branch.title }, ...below]
  })
  // One of something and a list of it have the same keys.
  const different = sections.filter(
    ({ rows }, index) => sections.findIndex((other) => isSame(other.rows, rows)) === index,
  )
  const titled = different.filter(({ title }) => title !== undefined)
  return different.map(({ title, ...section }) =>
    title === undefined || (titled.length === 1 && different.length < sections.length)
      ? section
      : { ...section, heading: `${heading}: ${title}` },
  )
}

/** Rows with those that are there several times once, at the end. */
function sharedLast(rows) {
  const isShared = (row) => rows.filter((other) => isSame(other, row)).length > 1
  return [
    ...rows.filter((row) => !isShared(row)),
    ...rows.filter((row, index) => isShared(row) && rows.findIndex((other) => isSame(other, row)) === index),
  ]
}

function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other)
}

function textOf({ description }) {
  return description === undefined ? [] : [description, '']
}

function rowsOf(schema) {
  return Object.entries(schema.properties).map(([key, property]) => [
    code(key),
    typeOf(property),
    schema.required?.includes(key) ? 'required' : defaultOf(property),
    [property.description ?? '', ...examplesOf(property)].join('<br>'),
  ])
}

function wordRow(schema) {
  const words = schema.enum ?? [schema.const]
  return [words.map(code).join(', '), 'word', '', schema.description ?? '']
}

function table(columns, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)]
}

function typeOf(schema) {
  if (schema.const !== undefined) return code(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(code).join(' or ')
  if (schema.title !== undefined) return schema.title
  if (schema.type === 'array') return `list of ${typeOf(schema.items)}`
  if (schema.additionalProperties) return `mapping, name → ${typeOf(schema.additionalProperties)}`
  return { object: 'mapping', boolean: '`true` or `false`' }[schema.type] ?? schema.type
}

function examplesOf({ examples = [] }) {
  return examples.length === 0 ? [] : [`For example ${examples.map(code).join(', ')}.`]
}

function defaultOf({ default: value }) {
  if (value === undefined) return ''
  return Object.keys(value).length === 0 && typeof value === 'object' ? 'none' : code(value)
}

function code(value) {
  return `\`${flow(value)}\``
}

function isMapping(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value in YAML's flow style. */
function flow(value) {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (isMapping(value)) {
    const entries = Object.entries(value).map(([key, inner]) => `${key}: ${flow(inner)}`)
    return `{ ${entries.join(', ')} }`
  }
  return typeof value === 'string' && /[ ${}]/.test(value) ? `"${value}"` : String(value)
}
