using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Vigil.Trust;

/// <summary>
/// Says before anything is read whether content may be scanned at all. Public surfaces may; private
/// communication only where the law of its place allows it, or a basis is recorded and holds. The clock ends a
/// basis by itself, also while the database is away.
/// </summary>
public sealed class JurisdictionGate
{
    /// <summary>Private communication of a place that needs a basis, and none is recorded.</summary>
    public const string NoLegalBasis = "no_legal_basis";

    /// <summary>There was one; it ended.</summary>
    public const string LegalBasisEnded = "legal_basis_ended";

    /// <summary>Private communication, and nobody said where, or the law of that place is not known here.</summary>
    public const string JurisdictionUnknown = "jurisdiction_unknown";

    /// <summary>This installation switched scanning of the surface off.</summary>
    public const string SurfaceOff = "surface_off";

    private readonly Db _db;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<TenantId, TenantState> _tenants = new();

    internal JurisdictionGate(Db db, TimeProvider time) => (_db, _time) = (db, time);

    /// <summary>What this tenant recorded, read again every two seconds while the database answers.</summary>
    /// <exception cref="DatabaseUnavailableException">Nothing was read yet, and nothing can be.</exception>
    public ValueTask<ScanRules> RulesAsync(TenantId tenant, CancellationToken cancellation = default) =>
        _tenants.GetOrAdd(tenant, id => new TenantState(_db, _time, id)).GetAsync(cancellation);

    /// <summary>Null: it may be scanned. Otherwise the code that says why not.</summary>
    public string? Refuses(ScanRules rules, Surface surface, string jurisdiction)
    {
        ArgumentNullException.ThrowIfNull(rules);
        if (rules.SurfacesOff.Contains(surface))
        {
            return SurfaceOff;
        }
        var place = KnownJurisdictions.Find(jurisdiction);
        if (!Surfaces.IsPrivateCommunication(surface) || place?.PrivateMessages == PrivateMessages.On)
        {
            return null;
        }
        var now = _time.GetUtcNow();
        var bases = rules.Bases.Where(basis => basis.Covers(surface, place, jurisdiction)).ToList();
        if (bases.Exists(basis => basis.HoldsAt(now)))
        {
            return null;
        }
        if (bases.Exists(basis => basis.EndedAt is not null || basis.EndsOn <= now))
        {
            return LegalBasisEnded;
        }
        return place is null ? JurisdictionUnknown : NoLegalBasis;
    }

    /// <summary>
    /// One tenant's rules as they were read last. A database that is slow must not hold scans up, so one request in
    /// two seconds waits for it, for a second; the others go on with what was read last.
    /// </summary>
    private sealed class TenantState(Db db, TimeProvider time, TenantId tenant)
    {
        private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

        /// <summary>The race it prevents: many requests reading the same rows at once.</summary>
        private readonly SemaphoreSlim _reading = new(1, 1);

        private Reading? _last;

        public async ValueTask<ScanRules> GetAsync(CancellationToken cancellation)
        {
            if (IsFresh(out var last))
            {
                return last.Rules;
            }
            if (last is null)
            {
                await _reading.WaitAsync(cancellation);
            }
            else if (!await _reading.WaitAsync(TimeSpan.Zero, cancellation))
            {
                return last.Rules;
            }
            // Whoever read meanwhile has let go: what it read is looked at again.
            var reading = ReadAsync();
            if (last is null)
            {
                return await reading.WaitAsync(cancellation);
            }
            var first = await Task.WhenAny(reading, Task.Delay(Patience, cancellation));
            return first == reading ? await reading : last.Rules;
        }

        private bool IsFresh([NotNullWhen(true)] out Reading? last)
        {
            last = Volatile.Read(ref _last);
            return last is not null && time.GetElapsedTime(last.At) < Fresh;
        }

        /// <summary>Goes on when its caller does not wait, and lets the next one read.</summary>
        private async Task<ScanRules> ReadAsync()
        {
            try
            {
                if (IsFresh(out var read))
                {
                    return read.Rules;
                }
                var at = time.GetTimestamp();
                var rules = await db.SystemAsync("jurisdictions", false, ScanRules.ReadAsync, tenant);
                Volatile.Write(ref _last, new Reading(rules, at));
                return rules;
            }
            catch (DatabaseUnavailableException) when (_last is not null)
            {
                // What is recorded cannot change while the database is away; the next try is in two seconds.
                Volatile.Write(ref _last, _last with { At = time.GetTimestamp() });
                return _last.Rules;
            }
            finally
            {
                _reading.Release();
            }
        }

        private sealed record Reading(ScanRules Rules, long At);
    }
}
