const answer = await fetch(`http://127.0.0.1:${process.env.KINDLING_WEB_API_PORT}/`)
console.log('ok 1 - web says', await answer.text())
