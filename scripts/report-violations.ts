/** Prints the violations of a rule, one per line, and makes the process fail if there are any. */
export function reportViolations(rule: string, violations: readonly string[]): void {
  for (const violation of violations) console.error(violation)
  console.log(`${rule}: ${violations.length === 0 ? 'ok' : `${violations.length} violation(s)`}`)
  if (violations.length > 0) process.exitCode = 1
}
