import { expect, test } from 'vitest'
import { transcript } from '../../../test/rig/transcript.ts'
import { CommandError, type CommandFailureReason } from '../../exec/command-error.ts'
import { passingReason } from './load-failure.ts'

const failed = (stderr: string, exitCode = 1, reason: CommandFailureReason = 'exit', cause?: unknown) =>
  new CommandError({
    command: { program: 'podman', args: [] },
    ...{ reason, exitCode, stderr, tail: stderr, durationMs: 1, cause },
  })

test.each(['1.6.20', '1.7.24', '2.1.9'] as const)(
  'a layer that is gone is listed anew: containerd %s',
  (version) => {
    const stderr = transcript('import-lacks-layer.stderr.txt', `containerd-${version}`)
    expect(passingReason(failed(stderr))).toContain('removed a layer')
  },
)

test.each([
  ['I21', '', 255],
  ['I21', 'ctr: rpc error: code = Unavailable desc = connection error', 1],
  ['I21', 'read unixpacket: connection reset by peer', 1],
  ['M5', 'Error: copying layers: layer not known', 125],
  ['M5', 'Error: database is locked', 125],
])('%s: `%s` with code %i passes', (_, stderr, exitCode) => {
  expect(passingReason(failed(stderr, exitCode))).toBeDefined()
})

test.each([
  ['ctr: failed to extract layer: write /var/lib: no space left on device', 1],
  ['Error: no container with name or ID "x" found: no such container', 125],
  ['Error: localhost/web:1: image not known', 125],
  ['ctr: unrecognized image format', 1],
])('`%s` with code %i stays', (stderr, exitCode) => {
  expect(passingReason(failed(stderr, exitCode))).toBeUndefined()
})

test('an import that was ended with the engine’s save is judged by that', () => {
  const save = failed('Error: layer not known', 125)
  expect(passingReason(failed('', 0, 'stream', save))).toContain('layer not known')
  expect(passingReason(failed('', 0, 'stream', failed('image not known', 125)))).toBeUndefined()
})

test('an abort is final', () => {
  expect(passingReason(failed('connection reset', 1, 'cancelled'))).toBeUndefined()
  expect(passingReason(new Error('unexpected EOF'))).toBeUndefined()
})
