import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'

interface MenuProps {
  readonly label: string
  readonly icon?: IconName
  /** What the button shows in place of the icon. */
  readonly text?: ComponentChildren
  /** Buttons and links. */
  readonly children: ComponentChildren
  readonly opensUp?: boolean
}

/** A button that opens further ones. A click elsewhere and Escape close it. */
export function Menu({ label, icon = 'down', text, children, opensUp = false }: MenuProps) {
  const details = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const close = (event: Event) => {
      const { current } = details
      if (current === null || !current.open) return
      if (event instanceof KeyboardEvent) {
        if (event.key !== 'Escape') return
        current.querySelector('summary')?.focus()
      } else if (event.target instanceof Node && current.querySelector('summary')?.contains(event.target))
        return
      // After the click has done what the button is for.
      setTimeout(() => {
        current.open = false
      })
    }
    document.addEventListener('click', close)
    document.addEventListener('keydown', close)
    return () => {
      document.removeEventListener('click', close)
      document.removeEventListener('keydown', close)
    }
  }, [])
  return (
    <details ref={details} class={opensUp ? 'menu up' : 'menu'}>
      <summary
        class={text === undefined ? 'button plain icon-only small' : 'button plain'}
        aria-label={label}
      >
        {text ?? <Icon name={icon} />}
      </summary>
      <div>{children}</div>
    </details>
  )
}
