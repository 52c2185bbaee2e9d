// The library: what the command line does, from TypeScript. Everything not exported here may change at any time.
export type { Config, Environment, Image, Service } from './config/config.ts'
export type { LoadedConfig, LoadOptions } from './config/load.ts'
export { selectEnvironment } from './config/select.ts'
export type { CoverageResult, LineTotals } from './coverage/result.ts'
export type { Diagnostic, SourceLocation } from './diagnostics/diagnostic.ts'
export { formatDiagnostic } from './diagnostics/format.ts'
export type { LoggedContainer, LogLine } from './drivers/container-logs.ts'
export type { RunEvent, TaskFailure } from './engine/events.ts'
export type { Outcome } from './engine/outcome.ts'
export { infraTag, newTagSuffix, type TagParts, uniqueTag } from './images/tag.ts'
export type { BuildArguments } from './lint/dockerfile/dockerfile.ts'
export type { Cost, Edit, Finding } from './lint/finding.ts'
export { applyEdits } from './lint/fix.ts'
export { type DockerfileBuild, type LintDockerfileOptions, lintDockerfile } from './lint/lint-dockerfile.ts'
export {
  type BuildImagesOptions,
  type BuildImagesResult,
  type BuildResult,
  buildImage,
  buildImages,
} from './operations/build.ts'
export { type DownOptions, down } from './operations/down.ts'
export { environmentId } from './operations/environment-id.ts'
export {
  type Forecast,
  type ForecastOptions,
  forecast,
  type StrategyForecast,
  type Supposition,
} from './operations/forecast.ts'
export type { HandOver, ReachablePort } from './operations/hand-over/hand-over.ts'
export { type ResultObject, resultObject } from './operations/hand-over/result-object.ts'
export { Host } from './operations/host.ts'
export { type LintOptions, type LintResult, lint } from './operations/lint/lint.ts'
export {
  type LoadImagesOptions,
  type LoadImagesResult,
  type LoadResult,
  loadImage,
  // Loading builds what is not there: those who move from a function of this name find it.
  loadImage as buildAndLoadImage,
  loadImages,
} from './operations/load.ts'
export { type LogsOptions, logs } from './operations/logs/logs.ts'
export { InvalidInput, OperationError } from './operations/operation-error.ts'
export { loadProject as loadConfig } from './operations/prepare/load-project.ts'
export { plan } from './operations/prepare/prepare.ts'
export type { UpOptions } from './operations/run/bring-up.ts'
export type { Keep } from './operations/run/keep.ts'
export { type TestOptions, type TestResult, test } from './operations/test.ts'
export { type UpResult, up } from './operations/up.ts'
export { type WithEnvironmentOptions, withEnvironment } from './operations/with-environment.ts'
export type { Plan, PlannedTask, StrategyName } from './plan/plan.ts'
export type { Prediction } from './plan/prediction.ts'
export { multiplex } from './reporters/multiplex.ts'
export { ndjsonReporter, readEvents } from './reporters/ndjson.ts'
export { plainReporter } from './reporters/plain.ts'
export type { Reporter } from './reporters/reporter.ts'
export {
  familiarReference,
  formatReference,
  InvalidReference,
  parseReference,
  type Reference,
  tryParseReference,
} from './util/image-reference.ts'
