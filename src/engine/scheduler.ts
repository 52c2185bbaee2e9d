import { dependents } from '../graph/dependents.ts'
import { remainingPaths } from '../graph/remaining-paths.ts'
import { Heap } from './heap.ts'
import { isSuccess, type Outcome } from './outcome.ts'
import { type Demand, SlotPool } from './slot-pool.ts'
import type { Slots, Task } from './task.ts'

/** A task that ended without having started. */
export interface Unstarted {
  readonly task: Task
  readonly outcome: 'blocked' | 'cancelled'
  /** For `blocked`: the failed tasks at the root of it. */
  readonly causes: readonly string[]
}

interface Node {
  readonly task: Task
  /** Place in the plan: decides between equal priorities. */
  readonly index: number
  readonly remainingMs: number
  readonly demand: Demand
  readonly queue: Heap<Node>
  dependents: readonly Node[]
  openNeeds: number
  /** Tasks behind whose start this one still has to lag. */
  readonly openLags: Set<string>
  /** Nodes that lag behind this one. */
  readonly followers: Follower[]
  state: 'waiting' | 'held' | 'ready' | 'running' | Outcome
  causes: readonly string[]
}

/** A task that lags behind another by so many milliseconds from its start. */
export interface Follower {
  readonly id: string
  readonly ms: number
}

/** What every task counts at least, so that depth decides where no duration is known. */
const leastMs = 1

const byPriority = (a: Node, b: Node): number => b.remainingMs - a.remainingMs || a.index - b.index

/**
 * Which task may start now: a pure state machine, without time and without side effects.
 *
 *     waiting --needs succeeded--> ready --takeNext--> running --finish--> succeeded | reused |
 *        |    |                    ^  '--stop--> cancelled                 failed | timed-out | cancelled
 *        |    '--lags open--> held-' elapse, or the others ended; --stop--> cancelled
 *        '--needs ended otherwise--> blocked | cancelled
 *
 * - Of the ready tasks the one with the longest remaining path goes first, equal ones in the order of the plan.
 * - A task overtakes a waiting one only if the two have no limited slot in common. So nothing that is
 *   less urgent can delay what is more urgent, and a task that asks for much gets its turn.
 * - A task that will not start ends when all its needs have ended, so that all its causes are known:
 *   `blocked` if one of them failed, timed out or was blocked, else `cancelled`.
 *
 * The costs are O(log n) a task and O(1) an edge. Tasks with the same set of slots share a queue, and only
 * the heads of the queues are looked at: behind a head that has to wait, all have to.
 */
export class Scheduler {
  readonly #pool: SlotPool
  readonly #nodes = new Map<string, Node>()
  readonly #queues = new Map<string, Heap<Node>>()
  #open: number
  #isStopped = false

  /** The graph, lags included, must be sound (see `validateGraph`), and every capacity more than 0. */
  constructor(tasks: readonly Task[], capacity: Slots) {
    this.#pool = new SlotPool(capacity)
    this.#open = tasks.length
    const remaining = remainingPaths(tasks, (task) => Math.max(task.expectedMs, leastMs))
    tasks.forEach((task, index) => {
      const demand = this.#pool.demand(task.slots)
      this.#nodes.set(task.id, {
        task,
        index,
        remainingMs: remaining.get(task.id) ?? leastMs,
        demand,
        queue: this.#queueOf(demand),
        dependents: [],
        openNeeds: task.needs.length,
        openLags: new Set(task.after?.map((lag) => lag.task)),
        followers: [],
        state: 'waiting',
        causes: [],
      })
    })
    for (const [id, list] of dependents(tasks)) {
      this.#node(id).dependents = list.map((task) => this.#node(task.id))
    }
    for (const { id, after = [] } of tasks) {
      for (const { task, ms } of after) this.#node(task).followers.push({ id, ms })
    }
    for (const node of this.#nodes.values()) {
      if (node.openNeeds === 0) this.#makeReady(node)
    }
  }

  /** Lets fewer tasks have a slot from now on; the new capacity, or `undefined` when it cannot be less. */
  narrow(slot: string): number | undefined {
    return this.#pool.narrow(slot)
  }

  /** Whether every task has ended. */
  get isDone(): boolean {
    return this.#open === 0
  }

  /** The next task to start, from now on running; `undefined` when none may start before another ends. */
  takeNext(): Task | undefined {
    if (this.#isStopped) return undefined
    const heads = [...this.#queues.values()].flatMap((queue) => queue.peek() ?? []).sort(byPriority)
    const awaited = new Set<string>()
    for (const node of heads) {
      if (this.#pool.fits(node.demand) && !node.demand.some(([slot]) => awaited.has(slot))) {
        node.queue.pop()
        node.state = 'running'
        this.#pool.take(node.demand)
        return node.task
      }
      for (const [slot] of node.demand) awaited.add(slot)
    }
    return undefined
  }

  /** The tasks that lag behind the start of this one, and by how much. */
  followersOf(id: string): readonly Follower[] {
    return this.#node(id).followers
  }

  /** Tells that `follower` has lagged long enough behind `id`; without effect when that no longer matters. */
  elapse(id: string, follower: string): void {
    this.#letGo(this.#node(follower), id)
  }

  /**
   * Tells how a running task ended, and of one that was `blocked` because of which. Returns what can therefore never
   * start, needs before dependents.
   */
  finish(id: string, outcome: Outcome, causes: readonly string[] = []): Unstarted[] {
    const node = this.#node(id)
    if (node.state !== 'running') throw new Error(`Internal error: ${id} ended while ${node.state}`)
    this.#pool.giveBack(node.demand)
    if (outcome === 'blocked') node.causes = causes
    this.#end(node, outcome)
    return this.#settleDependents([node])
  }

  /** From now on nothing starts. Returns what has therefore ended: ready and held tasks, and those behind them. */
  stop(): Unstarted[] {
    if (this.#isStopped) return []
    this.#isStopped = true
    const ready = [...this.#nodes.values()].filter(({ state }) => state === 'ready' || state === 'held')
    for (const node of ready) this.#end(node, 'cancelled')
    return [...ready.map(unstarted), ...this.#settleDependents(ready)]
  }

  #settleDependents(ended: readonly Node[]): Unstarted[] {
    const settled: Node[] = []
    const visit = (node: Node) => {
      for (const dependent of node.dependents) {
        if (--dependent.openNeeds > 0) continue
        if (this.#settle(dependent)) settled.push(dependent)
      }
    }
    ended.forEach(visit)
    // The list grows while it is walked: what ends here may be the last need of others.
    for (const node of settled) visit(node)
    return settled.map(unstarted)
  }

  /** All needs of the node have ended; whether it has ended with them. */
  #settle(node: Node): boolean {
    const needs = node.task.needs.map((id) => this.#node(id))
    const causes = new Set<string>()
    for (const need of needs) {
      if (need.state === 'failed' || need.state === 'timed-out') causes.add(need.task.id)
      for (const cause of need.causes) causes.add(cause)
    }
    if (causes.size > 0) {
      node.causes = [...causes]
      this.#end(node, 'blocked')
    } else if (this.#isStopped || !needs.every(({ state }) => isSuccess(state as Outcome))) {
      this.#end(node, 'cancelled')
    } else {
      this.#makeReady(node)
      return false
    }
    return true
  }

  /** Or held, while it has to lag behind another. */
  #makeReady(node: Node): void {
    node.state = node.openLags.size > 0 ? 'held' : 'ready'
    if (node.state === 'ready') node.queue.push(node)
  }

  #letGo(node: Node, from: string): void {
    if (node.openLags.delete(from) && node.state === 'held' && !this.#isStopped) this.#makeReady(node)
  }

  #end(node: Node, outcome: Outcome): void {
    node.state = outcome
    this.#open--
    for (const { id } of node.followers) this.#letGo(this.#node(id), node.task.id)
  }

  #queueOf(demand: Demand): Heap<Node> {
    const key = JSON.stringify(demand.map(([slot]) => slot).sort())
    const queue = this.#queues.get(key) ?? new Heap(byPriority)
    this.#queues.set(key, queue)
    return queue
  }

  #node(id: string): Node {
    const node = this.#nodes.get(id)
    if (!node) throw new Error(`Internal error: no task ${id}`)
    return node
  }
}

function unstarted(node: Node): Unstarted {
  return { task: node.task, outcome: node.state as Unstarted['outcome'], causes: node.causes }
}
