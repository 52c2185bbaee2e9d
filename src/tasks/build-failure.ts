import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { BuiltImage } from '../config/config.ts'
import type { BuildStep } from '../drivers/build-step.ts'
import type { CommandError } from '../exec/command-error.ts'
import { findInstruction } from '../images/dockerfile.ts'
import { isSamePlatform, machinePlatform } from '../util/platform.ts'
import type { WordedFailure } from './failure.ts'

/** What podman and docker exit with when they, rather than the build, have failed. */
const engineFailed = 125

/** Engine failures that another attempt meets again. */
const isPermanent =
  /no such host|connection refused|manifest unknown|unauthorized|access denied|not found|unknown flag|unable to parse|exec format error|dockerfile parse|no such file or directory|short-name/i

/** Races of parallel builds on the engine's storage (M5; for example containers/buildah#5674), and engines that died (M1). */
const isRace =
  /layer not known|identifier is not an? (?:image|container|layer)|database is locked|device or resource busy|server probably quit|unexpected EOF|error creating build container/i

/** Whether a build may succeed when it is tried again with fewer others beside it. */
export function isTransient({ reason, exitCode, stderr }: CommandError): boolean {
  // Nobody of ours has ended it: the kernel, for want of memory, or somebody else.
  if (reason === 'signal') return true
  if (reason !== 'exit') return false
  return isRace.test(stderr) || (exitCode === engineFailed && !isPermanent.test(stderr))
}

/** What a kernel says of a program for another processor that it has no interpreter for. */
const isForeign = /exec format error/i

/** What to do where the platform is at fault. */
export function foreignProgramHint(
  { stderr, tail }: CommandError,
  platform: string | undefined,
): Pick<WordedFailure, 'hint'> {
  if (!isForeign.test(stderr) && !isForeign.test(tail)) return {}
  if (platform === undefined || isSamePlatform(platform, machinePlatform)) {
    return {
      hint: 'what RUN starts is no program for this machine: a script needs its `#!` in the first line',
    }
  }
  return {
    hint: `this machine cannot run programs for ${platform}: install an emulator (Debian, Ubuntu: apt-get install qemu-user-static), or copy what RUN makes from a stage for this machine (FROM --platform=$BUILDPLATFORM)`,
  }
}

/** A failed build in the words of its Dockerfile: the instruction, and where it stands. */
export function describeBuildFailure(
  image: BuiltImage,
  step: BuildStep | undefined,
  root: string,
): WordedFailure {
  const file = relative(root, image.dockerfile)
  if (step === undefined) {
    return {
      code: 'E_BUILD_FAILED',
      message: `the build of ${image.name} failed before its first instruction`,
    }
  }
  const instruction = findInstruction(readFileSync(image.dockerfile, 'utf8'), step.instruction)
  return {
    code: 'E_BUILD_FAILED',
    message: `the build of ${image.name} failed at \`${step.instruction}\` (step ${step.number} of ${step.total})`,
    where: instruction === undefined ? file : `${file}:${instruction.line}:1`,
  }
}
