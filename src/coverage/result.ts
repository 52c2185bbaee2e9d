/** What was measured, and where the report is. */
export interface CoverageResult {
  /** Where the report is: HTML, lcov, JSON and text; `data`, where something is wrong with it, has what it is made from. */
  readonly directory: string
  /** Of all images together; absent when nothing was measured. */
  readonly lines?: LineTotals
  /** By image, those that gave something. */
  readonly images: Readonly<Record<string, LineTotals>>
  /** What is not as it should be, each with its likely causes; never a reason to fail. */
  readonly problems: readonly string[]
}

/** How many lines there are that can run, and how many did. */
export interface LineTotals {
  readonly covered: number
  readonly total: number
  /** With two digits, rounded down; 100 where there is nothing to run. */
  readonly percent: number
}
