import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import type { Attachment, Turn } from '../api/workbench/workbench-prompt.ts'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { ATTACHMENT_TYPES, readAttachment } from './read-attachment.ts'
import { VariableText } from './variable-text.tsx'

interface TurnEditorProps {
  readonly turn: Turn
  readonly isLast: boolean
  readonly onChange: (turn: Turn) => void
  /** Null for the only one. */
  readonly onRemove: (() => void) | null
}

/** One turn of a conversation. */
export function TurnEditor({ turn, isLast, onChange, onRemove }: TurnEditorProps) {
  const problem = useSignal<string | null>(null)
  const { role, text, attachments } = turn
  const isPrefill = isLast && role === 'assistant'
  const title = role === 'user' ? 'User' : isPrefill ? 'Assistant, prefilled' : 'Assistant'
  const attach = async (files: readonly File[]) => {
    problem.value = null
    try {
      onChange({ ...turn, attachments: [...attachments, ...(await Promise.all(files.map(readAttachment)))] })
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error)
    }
  }
  return (
    <section class={`turn ${role}`} aria-label={title}>
      <header>
        <button
          type="button"
          class="role"
          title="Change who says this"
          onClick={() => onChange({ ...turn, role: role === 'user' ? 'assistant' : 'user' })}
        >
          {title}
        </button>
        <span class="grow" />
        {role === 'user' && <AttachButton onFiles={(files) => void attach(files)} />}
        {onRemove && (
          <Button kind="plain" isSmall icon="trash" label={`Remove this turn: ${title}`} onClick={onRemove} />
        )}
      </header>
      {attachments.length > 0 && (
        <ul class="attachments">
          {attachments.map((attachment, index) => (
            <AttachmentItem
              key={`${attachment.name}${attachment.data.length}`}
              attachment={attachment}
              onRemove={() => onChange({ ...turn, attachments: attachments.toSpliced(index, 1) })}
            />
          ))}
        </ul>
      )}
      <VariableText
        label={title}
        value={text}
        placeholder={isPrefill ? 'How the response begins' : 'Write here. {{NAME}} is a variable.'}
        onChange={(value) => onChange({ ...turn, text: value })}
      />
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
    </section>
  )
}

function AttachButton({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const id = useId()
  return (
    <>
      <input
        id={id}
        type="file"
        class="visually-hidden"
        multiple
        accept={ATTACHMENT_TYPES}
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])])
          currentTarget.value = ''
        }}
      />
      <label for={id} class="button plain small" title="A picture, a PDF or a text">
        <Icon name="image" />
        Attach
      </label>
    </>
  )
}

function AttachmentItem({
  attachment,
  onRemove,
}: {
  readonly attachment: Attachment
  readonly onRemove: () => void
}) {
  const { name, mediaType, data } = attachment
  return (
    <li>
      {mediaType.startsWith('image/') ? (
        <img src={`data:${mediaType};base64,${data}`} alt="" />
      ) : (
        <Icon name="file" />
      )}
      <span class="truncate">{name}</span>
      <Button kind="plain" isSmall icon="close" label={`Remove ${name}`} onClick={onRemove} />
    </li>
  )
}
