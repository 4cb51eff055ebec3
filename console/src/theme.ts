import { signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'

const NAME = 'continuo-theme'

/** How the console looks; kept by the browser. */
export const theme = signal<Theme>('system')

/** Applies what the browser has kept. */
export function startTheme(): void {
  const kept = localStorage.getItem(NAME)
  setTheme(kept === 'light' || kept === 'dark' ? kept : 'system')
}

export function setTheme(value: Theme): void {
  theme.value = value
  const root = document.documentElement
  if (value === 'system') {
    delete root.dataset.theme
    localStorage.removeItem(NAME)
  } else {
    root.dataset.theme = value
    localStorage.setItem(NAME, value)
  }
}
