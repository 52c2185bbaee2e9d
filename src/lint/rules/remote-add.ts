import { sourcesOf } from '../dockerfile/copied.ts'
import type { DockerfileRule } from '../rule.ts'

export const remoteAdd: DockerfileRule = {
  name: 'remote-add',
  severity: 'warning',
  summary: 'a file is added from the network, and nothing pins which one',
  why: 'what is at the address may change while the Dockerfile does not, and every build needs the network to find out',
  details: `The rule looks for an \`ADD\` of an \`http\`, \`https\`, \`ftp\` or \`git\` address. One with \`--checksum\` is pinned, and so is a git
repository at a full commit: \`…/repo.git#<40 digits>\`.

Add the checksum, or download in a \`RUN\` that checks one and unpacks in the same layer.`,
  example: {
    bad: 'ADD https://example.com/tool.tar.gz /opt/',
    good: 'ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/tool.tar.gz /opt/',
  },
  *check({ dockerfile }) {
    for (const instruction of dockerfile.instructions) {
      if (instruction.keyword !== 'ADD') continue
      if (instruction.flags.some(({ name, value }) => name === 'checksum' && value.text !== '')) continue
      for (const { written, path = written.text } of sourcesOf(instruction)) {
        if (
          !/^(?:https?|ftp|git|ssh):\/\/|^git@/i.test(path) ||
          /#[0-9a-f]{40}(?:[0-9a-f]{24})?(?::|$)/.test(path)
        )
          continue
        const { start, end } = written
        const isGit = /\.git(?:#|$)|^git@|^(?:git|ssh):/i.test(path)
        yield {
          start,
          end,
          message: `\`ADD\` takes \`${withoutCredentials(path)}\` as it happens to be at the time`,
          hint: isGit ? 'name a commit: `….git#<40 digits>`' : 'add `--checksum=sha256:…`',
          costs: [instruction],
        }
      }
    }
  },
}

function withoutCredentials(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//').replace(/\?.*$/s, '')
}
