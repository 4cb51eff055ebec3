import type { ComponentChildren } from 'preact'
import { cacheWriteTokens, type LoggedRequest } from '../api/requests.ts'
import { may, session } from '../api/session.ts'
import { Badge } from '../parts/badge.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { formatCount, formatDuration, formatMoney } from '../parts/format.ts'
import { Time } from '../parts/time.tsx'
import { hrefOf } from '../router.ts'
import { WorkspaceName } from './workspace-name.tsx'

const CENTS_PER_DOLLAR = 100

interface RequestDialogProps {
  readonly request: LoggedRequest
  readonly onClose: () => void
}

/** One request: where its time and its tokens went. */
export function RequestDialog({ request, onClose }: RequestDialogProps) {
  const hasRecordings =
    session.value?.features.includes('recordings') === true && may('write:faults') && request.model !== ''
  return (
    <Dialog title={`${request.path}, ${request.status}`} onClose={onClose} isWide>
      <Phases request={request} />
      <dl class="facts">
        {factsOf(request).map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      <p>
        <a href={hrefOf('/workbench', { request: request.id })}>Open it in the Workbench</a>
        {hasRecordings && (
          <>
            {' · '}
            <a href={hrefOf('/recordings', { model: request.model })}>Recordings of this model</a>
          </>
        )}
      </p>
    </Dialog>
  )
}

/** The time before the first token and after it, as parts of a bar. */
function Phases({ request: { firstTokenMs, totalMs } }: { readonly request: LoggedRequest }) {
  if (firstTokenMs === null || totalMs <= 0) return null
  const share = Math.min(100, (firstTokenMs / totalMs) * 100)
  const words = `${formatDuration(firstTokenMs)} until the first token, ${formatDuration(totalMs - firstTokenMs)} after it`
  return (
    <figure class="phases">
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label={words}>
        <rect class="phase-first" width={share} height="4" />
        <rect class="phase-rest" x={share} width={100 - share} height="4" />
      </svg>
      <figcaption class="small muted">{words}</figcaption>
    </figure>
  )
}

function factsOf(request: LoggedRequest): readonly (readonly [string, ComponentChildren])[] {
  const { firstTokenMs, outputTokensPerSecond, costUsd, engineModel, errorCode, stopReason } = request
  const facts: (readonly [string, ComponentChildren] | false)[] = [
    ['Request id', <IdWithCopy key="id" id={request.id} />],
    ['Ended', <Time key="at" at={request.endedAt} />],
    errorCode !== null && [
      'Error',
      <Badge key="error" tone="bad">
        {errorCode}
      </Badge>,
    ],
    stopReason !== null && ['Stop reason', <code key="stop">{stopReason}</code>],
    ['Model', <code key="model">{request.model}</code>],
    engineModel !== null && ['Run by', <code key="engine">{engineModel}</code>],
    ['Streamed', request.isStream ? 'yes' : 'no'],
    ['Input', tokens(request.uncachedInputTokens)],
    ['Read from the cache', tokens(request.cacheReadInputTokens)],
    ['Written to the cache', tokens(cacheWriteTokens(request))],
    ['Output', tokens(request.outputTokens)],
    firstTokenMs !== null && ['First token after', formatDuration(firstTokenMs)],
    outputTokensPerSecond !== null && ['Speed', `${outputTokensPerSecond.toFixed(1)} tokens/s`],
    ['Took', formatDuration(request.totalMs)],
    costUsd !== null && ['Cost', formatMoney(Number(costUsd) * CENTS_PER_DOLLAR)],
    [
      'API key',
      request.apiKeyId === null ? (
        'none: the console or a batch of it'
      ) : (
        <code key="key">{request.apiKeyId}</code>
      ),
    ],
    ['Workspace', <WorkspaceName key="workspace" id={request.workspaceId} />],
    request.batchId !== null && ['Batch', <code key="batch">{request.batchId}</code>],
  ]
  return facts.filter((fact) => fact !== false)
}

function tokens(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'token' : 'tokens'}`
}

function IdWithCopy({ id }: { readonly id: string }) {
  return (
    <span class="row">
      <code>{id}</code>
      <CopyButton text={id} label="Copy the request id" />
    </span>
  )
}
