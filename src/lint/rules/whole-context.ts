import { copiesContext, sourcesOf } from '../dockerfile/copied.ts'
import { installsDependencies } from '../programs.ts'
import type { DockerfileRule } from '../rule.ts'

export const wholeContext: DockerfileRule = {
  name: 'whole-context',
  severity: 'warning',
  summary: 'the whole context is copied before dependencies are installed',
  why: 'any change to any file in it makes the installation run again',
  details: `The rule looks for a \`COPY . …\` or \`ADD . …\` that is followed, in its stage, by the installation of packages of the system or
of a language: \`npm ci\`, \`pip install -r\`, \`go mod download\`, \`bundle install\`, \`apt-get install\` and the like. Installing the
project itself (\`pip install .\`) needs the files and does not count. Neither does a copy from another stage.

Copy what the installation reads (\`package*.json\`, \`go.mod\` and \`go.sum\`, \`requirements.txt\`), install, and copy the rest
afterwards.`,
  example: {
    bad: 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci',
    good: 'FROM node:20\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .',
  },
  *check({ dockerfile, commandsOf, contextSize }) {
    for (const { instructions } of dockerfile.stages) {
      for (const [index, instruction] of instructions.entries()) {
        if (!copiesContext(instruction)) continue
        const whole = sourcesOf(instruction).find(({ path }) => path !== undefined && isWhole(path))
        if (whole === undefined) continue
        const installs = instructions.slice(index + 1).flatMap((later) => {
          const install = commandsOf(later).map(installsDependencies).find(Boolean)
          return install === undefined || later.isOnBuild !== instruction.isOnBuild
            ? []
            : [{ later, install }]
        })
        const [first] = installs
        if (first === undefined) continue
        const size = contextSize === undefined ? '' : ` (${contextSize})`
        yield {
          start: instruction.start,
          end: instruction.end,
          message: `the whole context${size} is copied before \`${first.install}\``,
          hint: `copy what \`${first.install}\` reads first, and the rest after it`,
          costs: installs.map(({ later }) => later),
        }
      }
    }
  },
}

function isWhole(path: string): boolean {
  return /^(?:\.?\/*|\.\/\.|\.?\/?\*\*?)$/.test(path) && path !== ''
}
