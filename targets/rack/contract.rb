# frozen_string_literal: true

# hardtack's contract, version 1, for any Ruby application: reads programs, checks parameters, names failures.
#
# Paste this file beside the application, give Hardtack::Contract the operations that the application offers, and answer
# `GET {base}` with `describe`, `{base}/run` with `read` and `perform`. `app.rb` in this folder is an example. Serve the two
# routes on loopback only, inside the session middleware.

require 'base64'
require 'json'
require 'net/http'

module Hardtack
  # An operation's own refusal: the contract's word (missing, invalid, unsupported) and a sentence.
  class Refused < StandardError
    attr_reader :word

    def initialize(word, message)
      @word = word
      super(message)
    end
  end

  # What ctl.raise throws at the application.
  class Unhandled < StandardError; end

  # A request that is no program: answered with 400, with nothing performed.
  class Malformed < StandardError; end

  # The two routes' contents. Operations are lambdas by name; a parameter of the contract is a keyword of the lambda, one
  # without a default is required. Cookie operations take their attributes as the rest of the keywords.
  class Contract
    SCOPE = %i[path domain same_site secure http_only partitioned].freeze
    ATTRIBUTES = { 'cookie.set' => %i[max_age expires] + SCOPE, 'cookie.delete' => SCOPE }.freeze
    OWN = {
      'ctl.wait' => ->(url:, timeout_ms: 5000) { Contract.wait(url, timeout_ms / 1000.0) },
      'ctl.sleep' => ->(ms:) { sleep(ms / 1000.0) && nil },
      'ctl.raise' => -> { raise Unhandled, 'as ctl.raise asked' }
    }.freeze

    # about: framework, version, server, facts, session_cookies; lacks: attributes that an operation does not know.
    def initialize(about, operations, lacks: {})
      @about = about
      @operations = OWN.merge(operations)
      @lacks = lacks
    end

    # The body of `GET {base}`.
    def describe
      offers = @operations.keys.map { |op| @lacks[op] ? { op: op, lacks: @lacks[op] } : op }
      JSON.generate({ contract: 1, **@about, operations: offers })
    end

    # The program of a request and the status that it asks for. Raises Malformed.
    def self.read(text)
      asked = octets(JSON.parse(text.to_s))
      program, status = asked.values_at('program', 'status') if asked.is_a?(Hash)
      status ||= 200
      valid = program.is_a?(Array) && status.is_a?(Integer) && status.between?(200, 599) && program.all? do |entry|
        entry.is_a?(Hash) && entry['op'].is_a?(String) && [nil, true, false].include?(entry['fatal'])
      end
      raise Malformed, 'a program is a list of objects with op, and a status from 200 to 599' unless valid

      [program, status]
    rescue JSON::ParserError, JSON::NestingError, ArgumentError => e
      raise Malformed, e.message
    end

    # The body that answers a malformed request.
    def self.malformed(error)
      JSON.generate({ error: 'invalid', kind: 'Malformed', message: error.message })
    end

    # Performs a program; the body of the answer. What a fatal operation raises is left to the application.
    def perform(program)
      JSON.generate({ results: program.map { |entry| one(entry) } })
    end

    def self.wait(url, limit)
      uri = URI(url)
      raise Refused.new('invalid', 'url is not a loopback URL') unless %w[127.0.0.1 [::1] localhost].include?(uri.host)

      Net::HTTP.start(uri.host, uri.port, nil, open_timeout: limit, read_timeout: limit, max_retries: 0) do |http|
        http.get(uri.request_uri)
      end
      true
    rescue Net::OpenTimeout, Net::ReadTimeout
      false
    end

    def self.octets(value)
      case value
      when Array then value.map { |entry| octets(entry) }
      when Hash
        if value.keys == ['b64'] && value['b64'].is_a?(String)
          Base64.strict_decode64(value['b64'])
        else
          value.transform_values { |entry| octets(entry) }
        end
      else value
      end
    end

    private

    def one(entry)
      op = entry['op']
      call = @operations[op] or raise Refused.new('unsupported', "#{op} is not offered")
      { ok: plain(call.call(**bind(op, call, entry.except('op', 'fatal').transform_keys(&:to_sym)))) }
    rescue StandardError => e
      raise if entry['fatal'] || e.is_a?(Unhandled)

      { error: word(op, e), kind: e.class.name, message: e.message.scrub }
    end

    def word(operation, error)
      case error
      when Refused then error.word
      when KeyError then 'missing'
      when ArgumentError, TypeError, RangeError then operation.start_with?('cookie.', 'ctl.') ? 'invalid' : 'exception'
      else 'exception'
      end
    end

    # Presence and types are checked here; values are for the application to judge.
    def bind(operation, call, given)
      known = call.parameters.to_h { |kind, name| [name, kind == :keyreq] }.slice(*call.parameters.map(&:last))
      known.delete(call.parameters.find { |kind, _| kind == :keyrest }&.last)
      known.merge!(((ATTRIBUTES[operation] || []) - (@lacks[operation] || [])).to_h { |name| [name, false] })
      (given.keys - known.keys).each { |name| raise Refused.new('unsupported', "#{operation} has no #{name} here") }
      known.each do |name, required|
        whatever = name == :default || (name == :value && operation.start_with?('session.'))
        next if given.key?(name) ? whatever || fits?(name, given[name]) : !required

        raise Refused.new('invalid', "#{name} is missing or has the wrong type")
      end
      given.to_h { |name, value| [name, %i[max_age expires to].include?(name) ? time(value) : value] }
    end

    def fits?(name, value)
      case name
      when :path, :domain, :same_site then value.nil? || value.is_a?(String)
      when :secure, :http_only, :partitioned, :keep_session then [true, false].include?(value)
      when :max_age, :expires, :to then value.nil? || value.is_a?(Numeric) || time?(value)
      when :ms, :timeout_ms then value.is_a?(Numeric) && value >= 0
      when :values then value.is_a?(Hash)
      when :user then value.is_a?(String) && !value.empty?
      else value.is_a?(String)
      end
    end

    def time?(value)
      value.is_a?(Hash) && value.size == 1 &&
        (value['raw'].is_a?(String) || (value['in'] || value['at']).is_a?(Numeric))
    end

    # A number or duration in seconds, an instant as Time, raw text unchanged.
    def time(value)
      return value unless value.is_a?(Hash)

      value['raw'] || value['in'] || (Time.now + value['at'])
    end

    def plain(value)
      case value
      when Array then value.map { |entry| plain(entry) }
      when Hash then value.transform_values { |entry| plain(entry) }
      when String then value.dup.force_encoding('UTF-8').valid_encoding? ? value : { b64: Base64.strict_encode64(value) }
      else value
      end
    end
  end
end
