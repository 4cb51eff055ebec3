/** Prints what a house rule found, one line each, and lets the process fail if it found anything. */
export function reportViolations(rule: string, violations: readonly string[]): void {
  for (const violation of violations) console.error(violation)
  console.log(`${rule}: ${violations.length === 0 ? 'ok' : `${violations.length} violation(s)`}`)
  if (violations.length > 0) process.exitCode = 1
}
