import type { ApiFailure } from '../api/api-failure.ts'
import { adviceOn } from './advice.ts'
import { Button } from './button.tsx'
import { Callout } from './callout.tsx'

/** Why something failed, and a way to try again. */
export function ErrorState({
  error,
  onRetry,
}: {
  readonly error: ApiFailure
  readonly onRetry?: () => void
}) {
  const advice = adviceOn(error)
  return (
    <Callout tone="bad">
      <p>{error.message}</p>
      {advice && <p>{advice}</p>}
      {error.requestId && <p class="small muted mono">{error.requestId}</p>}
      {onRetry && (
        <p class="row">
          <Button isSmall icon="refresh" onClick={onRetry}>
            Try again
          </Button>
        </p>
      )}
    </Callout>
  )
}
