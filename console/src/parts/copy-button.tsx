import { useState } from 'preact/hooks'
import { Button } from './button.tsx'

interface CopyButtonProps {
  readonly text: string | (() => string)
  /** What is copied, such as "Copy the key". */
  readonly label: string
  /** Shows the label as words too. */
  readonly hasText?: boolean
}

/** Copies a text to the clipboard. Where the browser allows none, as over a network without TLS, it selects it instead. */
export function CopyButton({ text, label, hasText = false }: CopyButtonProps) {
  const [wasCopied, setWasCopied] = useState(false)
  const copy = async () => {
    await copyText(typeof text === 'string' ? text : text())
    setWasCopied(true)
    setTimeout(() => setWasCopied(false), 1500)
  }
  const shown = wasCopied ? 'Copied' : label
  return (
    <Button
      kind="plain"
      isSmall
      icon={wasCopied ? 'check' : 'copy'}
      label={shown}
      onClick={() => void copy()}
    >
      {hasText ? shown : undefined}
    </Button>
  )
}

async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text)
  // Without TLS there is no clipboard but this.
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
