// A small shop: a catalogue, a cart, accounts with a password. Nothing in it knows of hardtack.
const crypto = require('node:crypto')
const path = require('node:path')
const express = require('express')
const session = require('express-session')

const articles = { apple: 'Apples', pear: 'Pears', plum: 'Plums', quince: 'Quinces' }

// The customers of a demonstration; a real shop has a table of them.
const customers = new Map()
function register(name, fullName, password) {
  const salt = crypto.randomBytes(16)
  customers.set(name, { name, fullName, salt, hash: hash(password, salt), epoch: 1 })
}
function hash(password, salt) {
  return crypto.scryptSync(password, salt, 32)
}
register('alice', 'Alice Archer', 'correct horse')
register('bob', 'Bob Baker', 'battery staple')

const app = express()
app.set('view engine', 'ejs')
app.set('views', path.join(__dirname, 'views'))
app.set('etag', false)
app.disable('x-powered-by')
app.use(express.urlencoded({ extended: false }))
app.use(express.json())
app.use(
  session({
    name: 'shop.sid',
    secret: process.env.SESSION_SECRET || crypto.randomBytes(32).toString('hex'),
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', maxAge: 2 * 60 * 60 * 1000 },
  }),
)

// Pages differ from visitor to visitor.
app.use((request, response, next) => {
  response.set('Cache-Control', 'private, no-store')
  response.vary('Cookie')
  next()
})

// Who changes the password is logged out everywhere else.
app.use((request, response, next) => {
  const customer = customers.get(request.session.customer)
  request.customer = customer && customer.epoch === request.session.epoch ? customer : null
  response.locals.customer = request.customer
  next()
})

// One anti-forgery token for each session; it stands in every form. Scripts send it in a field.
function token(request) {
  request.session.csrf ||= crypto.randomBytes(24).toString('base64url')
  return request.session.csrf
}
function same(one, other) {
  const [a, b] = [Buffer.from(String(one)), Buffer.from(String(other))]
  return a.length === b.length && crypto.timingSafeEqual(a, b)
}
function protect(request, response, next) {
  const sent = request.body?._csrf ?? request.get('X-CSRF-Token') ?? ''
  if (request.session.csrf && same(request.session.csrf, sent)) return next()
  response.status(403).render('message', { title: 'Not this way', text: 'The form is too old. Load the page again.' })
}

app.get('/', (request, response) => {
  response.render('catalogue', { articles, csrf: token(request) })
})

app.get('/login', (request, response) => {
  if (request.customer) return response.redirect(303, '/account')
  response.render('login', { csrf: token(request), problem: null })
})

app.post('/login', protect, (request, response, next) => {
  const customer = customers.get(request.body.name)
  if (!customer || !crypto.timingSafeEqual(hash(request.body.password ?? '', customer.salt), customer.hash)) {
    return response.status(401).render('login', { csrf: token(request), problem: 'Name or password is wrong.' })
  }
  const cart = request.session.cart
  request.session.regenerate((error) => {
    if (error) return next(error)
    Object.assign(request.session, { customer: customer.name, epoch: customer.epoch, cart })
    request.session.save((problem) => (problem ? next(problem) : response.redirect(303, '/account')))
  })
})

app.post('/logout', protect, (request, response, next) => {
  request.session.destroy((error) => {
    if (error) return next(error)
    response.clearCookie('shop.sid', { httpOnly: true, sameSite: 'lax' })
    response.redirect(303, '/')
  })
})

app.get('/account', (request, response) => {
  if (!request.customer) return response.redirect(303, '/login')
  response.render('account', { csrf: token(request), problem: null })
})

app.post('/account/password', protect, (request, response, next) => {
  const { customer } = request
  if (!customer) return response.redirect(303, '/login')
  if (!crypto.timingSafeEqual(hash(request.body.old ?? '', customer.salt), customer.hash)) {
    return response.status(401).render('account', { csrf: token(request), problem: 'That is not your password.' })
  }
  customer.hash = hash(request.body.new ?? '', customer.salt)
  customer.epoch += 1
  const kept = { cart: request.session.cart, customer: customer.name, epoch: customer.epoch }
  request.session.regenerate((error) => {
    if (error) return next(error)
    Object.assign(request.session, kept)
    request.session.save((problem) => (problem ? next(problem) : response.redirect(303, '/account')))
  })
})

app.post('/cart', protect, (request, response) => {
  const { sku, quantity } = request.body
  if (!Object.hasOwn(articles, sku) || !/^[1-9][0-9]?$/.test(quantity)) {
    return response.status(422).render('message', { title: 'No such thing', text: 'We do not sell that.' })
  }
  request.session.cart = { ...request.session.cart, [sku]: Number(quantity) }
  response.redirect(303, '/cart')
})

app.post('/cart/remove', protect, (request, response) => {
  delete request.session.cart?.[request.body.sku]
  response.redirect(303, '/cart')
})

app.get('/cart', (request, response) => {
  response.render('cart', { articles, cart: request.session.cart ?? {}, csrf: token(request) })
})

// What the shop's own script asks for.
app.get('/api/cart', (request, response) => {
  const cart = Object.entries(request.session.cart ?? {})
  response.json({ items: cart.map(([sku, quantity]) => ({ sku, name: articles[sku], quantity })) })
})

const port = Number(process.env.PORT || 3000)
app.listen(port, '127.0.0.1', () => console.log(`the shop is open at http://127.0.0.1:${port}/`))
