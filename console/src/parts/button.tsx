import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'

interface ButtonProps {
  readonly children?: ComponentChildren
  readonly kind?: 'primary' | 'danger' | 'plain'
  readonly icon?: IconName
  /** What a button without words does, for those who do not see its icon. */
  readonly label?: string
  readonly isSmall?: boolean
  readonly isBusy?: boolean
  readonly disabled?: boolean
  readonly type?: 'button' | 'submit'
  readonly onClick?: (event: MouseEvent) => void
}

export function Button(props: ButtonProps) {
  const { children, kind, icon, label, isSmall, isBusy, disabled = false, type = 'button', onClick } = props
  const hasText = children !== undefined
  const names = ['button', kind, isSmall && 'small', !hasText && 'icon-only'].filter(Boolean).join(' ')
  return (
    <button
      type={type}
      class={names}
      disabled={disabled || isBusy === true}
      aria-busy={isBusy === true}
      aria-label={label}
      title={hasText ? undefined : label}
      onClick={onClick}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}
