/** Imports of our own modules, as `tsc` writes them: whole statements that begin a line. */
const importStatement = /^import\s[^;]*?\bfrom '\.[^']*';?\n/gm
const exportKeyword = /^export (?=(?:async )?(?:function|class|const|let)\b)/gm
const leftovers = /^(?:export \{\};?|\/\/# sourceMappingURL=.*)\n?/gm
const otherModuleSyntax = /^(?:import|export)\b.*/m

/**
 * Puts modules into one script, each after those it imports: their imports and exports go, so that all share one scope
 * and a name may be used at its top only once. That, instead of a bundler, is enough for a page of our own. Throws for
 * what it does not understand.
 */
export function inlineModules(sources: readonly string[]): string {
  const script = sources
    .map((source) =>
      source.replaceAll(importStatement, '').replaceAll(exportKeyword, '').replaceAll(leftovers, ''),
    )
    .join('\n')
  const rest = otherModuleSyntax.exec(script)
  if (rest !== null) throw new Error(`Internal error: \`${rest[0]}\` cannot be put into a page`)
  return script
}
