import { type Manager, type PackageAction, packageActionOf } from '../packages.ts'
import type { DockerfileRule } from '../rule.ts'

const pinned = 'start from a newer base image and pin it by tag or digest'

const named: Readonly<Record<Manager, string>> = {
  apt: '`apt-get install --only-upgrade PACKAGE`',
  dnf: '`dnf upgrade PACKAGE`',
  apk: '`apk upgrade PACKAGE`',
  zypper: '`zypper update PACKAGE`',
  pacman: '`pacman -S PACKAGE`',
}

export const packageUpgrade: DockerfileRule = {
  name: 'package-upgrade',
  severity: 'error',
  summary: 'all packages of the base image are upgraded',
  why: 'it is slow, makes a different image every day, and hides which base the image really has',
  details: `It counts wherever a build runs it: after \`&&\`, in quoted scripts and heredocs, through variables, in functions, after
\`sudo\`, \`env\` and the like, in \`ONBUILD\`. \`update-minimal\`, \`distro-sync\`, \`zypper patch\` and \`unattended-upgrade\` are
upgrades, too. Refreshing the index (\`apt-get update\`, \`apk update\`, \`dnf makecache\`) is not, and neither is upgrading named
packages, except with \`apt\`, which upgrades all others along with them.

Instead, start from a newer base image, pinned by tag or digest, and let a bot raise the pin. If a package has to be newer
than in the base, name it. If a security policy insists on the upgrade, put it into a base image of its own that is built
once, or into a stage that is not part of the tests' target.`,
  example: {
    bad: 'FROM registry.access.redhat.com/ubi9/ubi:9.4\nRUN dnf -y update && dnf -y install openssl && dnf clean all',
    good: 'FROM registry.access.redhat.com/ubi9/ubi:9.5\nRUN dnf -y install openssl && dnf clean all',
  },
  *check({ dockerfile, commandsOf }) {
    for (const instruction of dockerfile.instructions) {
      for (const command of commandsOf(instruction)) {
        const action = packageActionOf(command)
        if (action?.does !== 'upgrade' || isNarrow(action)) continue
        yield {
          start: command.start,
          end: Math.max(action.verbEnd, command.start + 1),
          message: `\`${spelled(action)}\` upgrades every package of the base image`,
          hint: `${pinned}; for single packages, ${named[action.manager]}`,
          costs: [instruction],
        }
      }
    }
  },
}

/** Whether it is about packages that are named. */
function isNarrow({ manager, names, options }: PackageAction): boolean {
  if (manager === 'apt') return false
  if (options.some(({ text }) => /^--(?:advisor(?:y|ies)|cves?|bzs?)\b/.test(text))) return true
  return names.some(({ text, isKnown }) => !isKnown || !/^\*+$/.test(text))
}

function spelled({ command, verbEnd }: PackageAction): string {
  const verbs = command.words.filter(({ mapped }) => mapped.end <= verbEnd).map(({ text }) => text)
  return [command.program, ...verbs.slice(-1)].join(' ')
}
