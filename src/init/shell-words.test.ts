import { expect, test } from 'vitest'
import { shellLines, shellWords, variablesIn, withVariables } from './shell-words.ts'

test('lines that a backslash continues are one, with the number of the first; comments are none', () => {
  expect(shellLines('# nothing\n\na \\\n  b \\\n  c\nd\n')).toEqual([
    { line: 3, text: 'a b c' },
    { line: 6, text: 'd' },
  ])
})

test.each([
  ['-t "a b" -f \'c d\' .', ['-t', 'a b', '-f', 'c d', '.']],
  ['-t $(REGISTRY)/a:$(shell git describe) . && rm x', ['-t', '$(REGISTRY)/a:$(shell git describe)', '.']],
  ['-t ${NAME:-web} . > log', ['-t', '${NAME:-web}', '.']],
  ['. | tee log', ['.']],
  ['. 2>&1 --tag a', ['.', '--tag', 'a']],
  ['. # as it is', ['.']],
  ['sh -c "echo \\"a b\\""', ['sh', '-c', 'echo "a b"']],
  ['-t a:`git describe` .', ['-t', 'a:`git describe`', '.']],
  ['""', ['']],
])('the words of `%s`', (text, words) => {
  expect(shellWords(text)).toEqual(words)
})

test('variables of make and of the shell are filled in, also through others; what nobody knows stays', () => {
  const variables = variablesIn(
    shellLines(
      'REGISTRY ?= ghcr.io/acme # ours\nexport NAME="$REGISTRY/web"\nTAG := $(shell git describe)\n',
    ),
  )
  const filled = (text: string) => withVariables(text, variables)
  expect(filled('${NAME}:$(TAG)')).toBe('ghcr.io/acme/web:$TAG')
  expect(filled('${OTHER:-fallback}/$*')).toBe('fallback/$*')
})

test('a variable that stands for itself has an end', () => {
  const variables = variablesIn(shellLines('A = $(B)\nB = $(A)\n'))
  expect(withVariables('$A', variables)).toBe('$A')
})
