import { useEffect, useState } from 'preact/hooks'
import { ApiFailure } from '../api/api-failure.ts'
import { isAbort } from '../api/call-api.ts'
import {
  loadRecording,
  type RecordedPart,
  type Recording,
  type RecordingContent,
  recordingPath,
} from '../api/recordings.ts'
import { recordedPrompt } from '../api/workbench/recorded-prompt.ts'
import { Button } from '../parts/button.tsx'
import { CodeBlock } from '../parts/code-block.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { ErrorState } from '../parts/error-state.tsx'
import { formatBytes, formatCount } from '../parts/format.ts'
import { Skeleton } from '../parts/skeleton.tsx'
import { Time } from '../parts/time.tsx'
import { hrefOf, navigate } from '../router.ts'
import { show } from '../workbench/workbench-state.ts'

const KINDS = {
  conversation: 'a conversation',
  text: 'a text completion',
  raw: 'a raw text',
  tokens: 'a count of tokens',
} as const

/** More than this of a text is shown by the file alone. */
const MAX_SHOWN_UNITS = 20_000

interface RecordingDialogProps {
  readonly recording: Recording
  readonly onClose: () => void
}

/** A recording with its request and its response. */
export function RecordingDialog({ recording, onClose }: RecordingDialogProps) {
  const path = recordingPath(recording)
  const { content, error } = useContent(path)
  const openInWorkbench = (shown: RecordingContent) => {
    show(recordedPrompt(shown, recording.model), null)
    navigate(hrefOf('/workbench'))
  }
  return (
    <Dialog title={recording.id.replace(/\.json$/, '')} onClose={onClose} isWide>
      <dl class="facts">
        <dt>Recorded</dt>
        <dd>
          <Time
            at={Number.isNaN(Date.parse(recording.recordedAt)) ? null : recording.recordedAt}
            none="unknown"
          />
          <span class="muted"> by {recording.recordedBy}</span>
        </dd>
        <dt>Model</dt>
        <dd>
          <code>{recording.model}</code>
        </dd>
        <dt>Of</dt>
        <dd>{KINDS[recording.kind]}</dd>
        {(recording.errorCode ?? recording.stopReason) !== null && (
          <>
            <dt>Ended by</dt>
            <dd>
              <code>{recording.errorCode ?? recording.stopReason}</code>
            </dd>
          </>
        )}
        <dt>Played</dt>
        <dd>
          {formatCount(recording.plays)} {recording.plays === 1 ? 'time' : 'times'} since the server started.
          It is recording number {recording.ordinal} of this request.
        </dd>
        <dt>Size</dt>
        <dd>{formatBytes(recording.sizeBytes)}</dd>
      </dl>
      {error !== null && <ErrorState error={error} />}
      {content === null && error === null && <Skeleton lines={4} />}
      {content !== null && <Content content={content} />}
      {content !== null && (
        <p>
          <Button isSmall icon="flask" onClick={() => openInWorkbench(content)}>
            Open it in the Workbench
          </Button>
        </p>
      )}
    </Dialog>
  )
}

function useContent(path: string) {
  const [content, setContent] = useState<RecordingContent | null>(null)
  const [error, setError] = useState<ApiFailure | null>(null)
  useEffect(() => {
    const controller = new AbortController()
    loadRecording(path, controller.signal).then(setContent, (thrown) => {
      if (!isAbort(thrown)) setError(ApiFailure.from(thrown))
    })
    return () => controller.abort()
  }, [path])
  return { content, error }
}

function Content({ content: { request, response } }: { readonly content: RecordingContent }) {
  const { system, turns = [], prefill, rawText } = request
  const json = JSON.stringify({ request, response }, null, 2)
  return (
    <>
      <h3>Request</h3>
      {system !== undefined && <Text who="System" text={system} />}
      {turns.map(({ role, parts }, index) => (
        <Text key={index} who={role === 'user' ? 'User' : 'Assistant'} text={textOf(parts)} />
      ))}
      {prefill !== undefined && <Text who="Prefill" text={prefill} />}
      {rawText !== undefined && <Text who="Text" text={rawText} />}
      <h3>Response</h3>
      {response === null ? (
        <p class="muted">Only the tokens of the request were counted.</p>
      ) : (
        <Text who="Assistant" text={response.failure?.message ?? textOf(response.parts)} />
      )}
      <details>
        <summary class="small">All that the file holds</summary>
        <div class="row spread">
          <span class="small muted">JSON, {formatBytes(json.length)}</span>
          <CopyButton text={json} label="Copy the JSON" hasText />
        </div>
        <CodeBlock
          code={
            json.length > MAX_SHOWN_UNITS
              ? `${json.slice(0, MAX_SHOWN_UNITS)}
…`
              : json
          }
        />
      </details>
    </>
  )
}

function Text({ who, text }: { readonly who: string; readonly text: string }) {
  return (
    <section class="recorded-text" aria-label={who}>
      <span class="small muted">{who}</span>
      <div>
        {text.slice(0, MAX_SHOWN_UNITS)}
        {text.length > MAX_SHOWN_UNITS && '…'}
      </div>
    </section>
  )
}

/** The parts of a turn as people read them. */
function textOf(parts: readonly RecordedPart[]): string {
  return parts.map(describePart).join('\n\n')
}

function describePart({ type, text, name, input, json, parts, mediaType }: RecordedPart): string {
  if (type === 'text') return text ?? ''
  if (type === 'thinking') return `(thinking) ${text ?? ''}`
  if (type === 'tool-call') return `calls ${name} with ${json ?? JSON.stringify(input)}`
  if (type === 'tool-result') return `result of a tool: ${textOf(parts ?? [])}`
  if (type === 'image') return `a picture (${mediaType ?? 'by its address'}), of which only the hash is kept`
  return `(${type})`
}
