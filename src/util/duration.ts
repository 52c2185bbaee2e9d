/** Milliseconds for people, never wider than seven characters below 100 hours: `0.4s`, `12.3s`, `2m 05s`, `1h 02m`. */
export function formatDuration(ms: number): string {
  const tenths = Math.round(Math.max(0, ms) / 100)
  if (tenths < 600) return `${(tenths / 10).toFixed(1)}s`
  const seconds = Math.round(Math.max(0, ms) / 1_000)
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${padded(seconds % 60)}s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)}h ${padded(minutes % 60)}m`
}

function padded(value: number): string {
  return String(value).padStart(2, '0')
}
