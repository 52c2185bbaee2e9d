import { labels } from '../../src/drivers/labels.ts'
import { Holds } from '../../src/state/holds.ts'
import { Journal } from '../../src/state/journal.ts'
import { createRunDirectory } from '../../src/state/run-directory.ts'
import type { BuildChoices, ImageScope } from '../../src/tasks/run-scope.ts'
import { FakeEngine } from './fake-engine.ts'
import { FakeExec } from './fake-exec.ts'
import { configOf } from './sample-config.ts'
import { temporaryDirectory } from './temp-directory.ts'
import { VirtualClock } from './virtual-clock.ts'

/** A repository with a configuration, and a host whose engine and state are kept from run to run. */
export class ImageHost {
  readonly root: string
  readonly state: string = temporaryDirectory()
  readonly engine: FakeEngine = new FakeEngine()
  readonly pulled: string[] = []
  #run = 0

  readonly #yaml: string

  constructor(yaml: string, files: Readonly<Record<string, string>>) {
    this.root = temporaryDirectory(files)
    this.#yaml = yaml
  }

  /** What the tasks of another run share; `run` is the suffix of its tags. */
  scope({
    ownerId = 'shop-e2e-1',
    choices = {},
    exec = new FakeExec(),
  }: {
    readonly ownerId?: string
    readonly choices?: Partial<BuildChoices>
    readonly exec?: FakeExec
  } = {}): ImageScope {
    const run = ++this.#run
    return {
      config: configOf(this.#yaml, {}, this.root),
      projectId: 'shop-1',
      ownerId,
      engine: this.engine,
      exec,
      journal: new Journal(`${this.state}/${ownerId}.ndjson`),
      holds: new Holds(this.state),
      run: createRunDirectory(this.root, `r${run}`),
      clock: new VirtualClock(),
      choices: { isFresh: false, isCoverage: false, keepsTags: true, ...choices },
      tagOf: (image) => `${image}-${run}`,
      knownImages: () => this.engine.findImages({ [labels.project]: 'shop-1' }),
      provided: new Map(),
      rememberPulled: async (reference) => {
        this.pulled.push(reference)
      },
    }
  }
}
