import { statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/engine/events.ts'
import { launchChromium } from '../rig/chromium.ts'
import { largeRun } from '../rig/large-run.ts'
import { Project } from '../rig/project.ts'
import { failedRun } from '../rig/sample-run.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser?.close())

/** The timeline of a run, opened from its file; `problems` is whatever the browser complains about. */
class OpenTimeline implements AsyncDisposable {
  readonly page: Page
  readonly problems: string[] = []
  readonly bytes: number
  readonly #project: Project

  private constructor(page: Page, project: Project, bytes: number) {
    this.page = page
    this.#project = project
    this.bytes = bytes
    page.on('console', (message) => void this.problems.push(message.text()))
    page.on('pageerror', (error) => void this.problems.push(error.message))
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) this.problems.push(request.url())
    })
  }

  static async of(
    events: readonly RunEvent[],
    options: Parameters<Browser['newPage']>[0] = {},
  ): Promise<OpenTimeline> {
    const project = new Project({
      'events.ndjson': events.map((event) => `${JSON.stringify(event)}\n`).join(''),
    })
    const args = ['report', 'events.ndjson', '--compare', 'events.ndjson', '-o', 'timeline.html'] as const
    expect(await project.kindling(...args)).toMatchObject({ exitCode: 0, stderr: '' })
    const file = join(project.root, 'timeline.html')
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options })
    const open = new OpenTimeline(page, project, statSync(file).size)
    await page.goto(pathToFileURL(file).href)
    return open
  }

  bar(task: string) {
    return this.page.locator(`.bar[aria-label^="${task},"]`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.close()
    await this.#project[Symbol.asyncDispose]()
  }
}

describe('the timeline of a run', () => {
  test('is drawn without a complaint of the browser, without the network, and is small', async () => {
    await using timeline = await OpenTimeline.of(largeRun(20))
    const { page, problems, bytes } = timeline
    expect(await page.locator('.row .bar').count()).toBe(20)
    expect(await page.locator('.machine svg').count()).toBe(2)
    expect(await page.locator('.lines .critical').count()).toBeGreaterThan(0)
    expect(problems).toEqual([])
    expect(bytes).toBeLessThan(500_000)
  })

  test('E2: shows each failure with its place, and what was blocked by it', async () => {
    await using timeline = await OpenTimeline.of(await failedRun())
    const { page, problems } = timeline
    expect(await page.locator('.failures').textContent()).toContain(
      'build it alone with: kindling build gateway',
    )
    expect(await timeline.bar('load:gateway').textContent()).toBe('blocked')
    expect(problems).toEqual([])
  })

  test('tells what a task needs and what needs it, below the pointer and with the focus', async () => {
    await using timeline = await OpenTimeline.of(await failedRun())
    const { page } = timeline
    await timeline.bar('load:base').hover()
    const details = page.locator('.details')
    expect(await details.locator('h3').textContent()).toBe('load:base')
    expect(await details.locator('.links').first().textContent()).toContain('cluster:create')
    expect(await page.locator('.lines .need').count()).toBe(2)
    await timeline.bar('build:base').focus()
    await page.mouse.move(0, 0)
    expect(await details.locator('h3').textContent()).toBe('build:base')
    expect(await page.locator('.lines .next').count()).toBe(2)
  })

  test('is used with the keyboard: from task to task, closer and back, only the critical path', async () => {
    await using timeline = await OpenTimeline.of(largeRun(20))
    const { page } = timeline
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
    const width = () => page.locator('.canvas').evaluate((canvas) => canvas.clientWidth)
    await page.locator('.bar').first().focus()
    await page.keyboard.press('ArrowDown')
    expect(await focused()).toMatch(/^build:service-0001,/)
    await page.keyboard.press('Tab')
    expect(await focused()).toMatch(/^build:service-0002,/)
    await page.keyboard.press('ArrowUp')
    expect(await focused()).toMatch(/^build:service-0001,/)

    const all = await width()
    await page.keyboard.press('+')
    expect(await width()).toBeGreaterThan(all)
    await page.keyboard.press('ArrowRight')
    expect(await page.locator('.gantt').evaluate((gantt) => gantt.scrollLeft)).toBeGreaterThan(0)
    await page.keyboard.press('-')
    await page.keyboard.press('0')
    expect(await width()).toBe(all)

    await page.keyboard.press('c')
    const left = await page.locator('.row:visible .bar').count()
    expect(left).toBe(await page.locator('.bar.critical').count())
    await page.keyboard.press('c')
    await page.keyboard.press('/')
    await page.keyboard.type('0013')
    expect(await page.locator('.row:visible .bar').count()).toBe(1)
    expect(await page.locator('.tasks tbody tr:visible').count()).toBe(1)
  })

  test('has a table that is sorted by a click, and from which a task is gone to', async () => {
    await using timeline = await OpenTimeline.of(largeRun(20))
    const { page } = timeline
    const first = () => page.locator('.tasks tbody tr').first().locator('th').textContent()
    const title = page.locator('.tasks thead button', { hasText: 'duration' })
    await title.click()
    const longest = await first()
    await title.click()
    expect(await first()).not.toBe(longest)
    await page.locator('.tasks tbody tr').first().locator('button').click()
    expect(await page.locator('.details h3').textContent()).toBe(await first())
  })

  test('follows the colours of the system, fits a telephone, and prints all of it', async () => {
    const back = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    await using light = await OpenTimeline.of(largeRun(60), { colorScheme: 'light' })
    await using dark = await OpenTimeline.of(largeRun(60), {
      colorScheme: 'dark',
      viewport: { width: 390, height: 800 },
    })
    expect(await back(light.page)).toBe('rgb(255, 255, 255)')
    expect(await back(dark.page)).not.toBe('rgb(255, 255, 255)')
    expect(await dark.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await light.page.emulateMedia({ media: 'print' })
    const gantt = light.page.locator('.gantt')
    expect(await gantt.evaluate((element) => element.scrollHeight - element.clientHeight)).toBeLessThan(3)
  })

  test('of a thousand tasks is zoomed, searched and gone through', async () => {
    await using timeline = await OpenTimeline.of(largeRun(1_000))
    const { page, problems } = timeline
    expect(await page.locator('.bar').count()).toBe(1_000)
    await page.locator('.bar').first().focus()
    for (const key of ['+', '+', '+', 'End']) await page.keyboard.press(key)
    const last = await page.locator('.row .bar').last().getAttribute('aria-label')
    expect(last).toContain(`${await page.locator('.details h3').textContent()},`)
    // However close one looks, only what can be seen of the axis is there.
    for (let times = 0; times < 8; times++) await page.keyboard.press('+')
    expect(await page.locator('.axis .track span').count()).toBeLessThan(40)
    await page.locator('input[type=search]').fill('load:service-05')
    expect(await page.locator('.row:visible .bar').count()).toBe(100)
    expect(problems).toEqual([])
  })
})
