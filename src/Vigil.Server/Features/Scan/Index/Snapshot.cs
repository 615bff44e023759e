using Vigil.Matching.Entries;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Index;

/// <summary>
/// One state of a tenant's lists, exceptions and policy, immutable: a scan takes it once and sees nothing
/// change. Searched by any number of threads, without a lock and without the database.
/// </summary>
internal sealed record Snapshot
{
    /// <summary>Matches of one content that are looked at; more than that is a list gone wrong.</summary>
    public const int MaxMatches = 10_000;

    /// <summary>What a thread keeps of a large answer.</summary>
    private const int KeptMatches = 1 << 10;

    [ThreadStatic]
    private static List<EntryMatch>? _matches;

    [ThreadStatic]
    private static List<(Guid List, Guid Id)>? _addresses;

    public required TenantSecrets Secrets { get; init; }
    public required long Generation { get; init; }
    public required ActivePolicy Policy { get; init; }

    public IReadOnlyDictionary<Guid, IndexedList> Lists { get; init; } = new Dictionary<Guid, IndexedList>();

    /// <summary>The entries of all lists, each searched as <see cref="Lists"/> says.</summary>
    public EntrySnapshot Listed { get; init; } = EntrySnapshot.Empty;

    public IReadOnlyDictionary<Blind, Suppression> Suppressed { get; init; } =
        new Dictionary<Blind, Suppression>();

    /// <summary>An entry, and a file that a person found harmless: never again.</summary>
    public IReadOnlySet<(EntryKey Entry, Blind Sha256)> Exceptions { get; init; } =
        new HashSet<(EntryKey, Blind)>();

    public long Entries => Listed.Count;

    /// <summary>Every match that holds, exceptions taken out; empty for a miss, which allocates nothing.</summary>
    /// <param name="facts">What is looked up.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellation">
    /// Ends the search: a long video on a list with a wide radius takes minutes.
    /// </param>
    public IReadOnlyList<MatchFact> Find(
        ScanFacts facts,
        DateTimeOffset now,
        CancellationToken cancellation = default
    )
    {
        List<MatchFact>? found = null;
        if (facts.Fingerprint is { } file)
        {
            var matches = Cleared(ref _matches);
            Listed.Query(file, matches, cancellation);
            foreach (var match in matches)
            {
                (found ??= []).Add(IndexFacts.Of(Lists[match.List], match, file, now));
            }
            matches.Clear();
        }
        if (facts.Url is { } url)
        {
            FindAddress(url, now, ref found);
        }
        if (found is null)
        {
            return [];
        }
        if (Exceptions.Count > 0 && BlindOf(facts) is { } blind)
        {
            Except(found, blind);
        }
        if (found.Count > MaxMatches)
        {
            found.Sort(ByWeight);
            found.RemoveRange(MaxMatches, found.Count - MaxMatches);
        }
        return found;
    }

    /// <summary>Empty; also where the last use of it ended half-way.</summary>
    private static List<T> Cleared<T>(ref List<T>? kept)
    {
        var list = kept ??= [];
        list.Clear();
        if (list.Capacity > KeptMatches)
        {
            list.Capacity = KeptMatches;
        }
        return list;
    }

    /// <summary>First what can block, then what a person must see, then shadows; what decides nothing last.</summary>
    private static int ByWeight(MatchFact a, MatchFact b)
    {
        var order = WeightOf(b).CompareTo(WeightOf(a));
        order = order != 0 ? order : b.Strength.CompareTo(a.Strength);
        return order != 0 ? order : (a.DistanceBits ?? -1).CompareTo(b.DistanceBits ?? -1);
    }

    private static Mode WeightOf(MatchFact match)
    {
        if (match.Purpose == ListPurpose.Harmless)
        {
            return Mode.Off;
        }
        var isForReview = match.Doubts != Doubts.None || match.Purpose == ListPurpose.LawEnforcementOnly;
        return isForReview && match.ListMode == Mode.Enforce ? Mode.Review : match.ListMode;
    }

    // Apart: what a lambda captures is allocated where its method begins, and a miss allocates nothing.
    private void Except(List<MatchFact> found, Blind sha256) =>
        found.RemoveAll(fact => Exceptions.Contains((new EntryKey(fact.ListId, fact.EntryId), sha256)));

    /// <summary>What must not be flagged, where this is such a file.</summary>
    public Suppression? SuppressionOf(ScanFacts facts, DateTimeOffset now)
    {
        if (Suppressed.Count == 0 || facts.Fingerprint is not { } file)
        {
            return null;
        }
        Span<byte> bytes = stackalloc byte[SignalValue.Sha256Bytes + SignalValue.Sha1Bytes];
        Suppression? found = null;
        if (file.Sha256 is { } sha256)
        {
            sha256.CopyTo(bytes);
            found = Suppressed.GetValueOrDefault(
                Blind.Of(ListSecrets.Sha256Blind(Secrets, bytes[..SignalValue.Sha256Bytes]))
            );
        }
        if (found is null && file.Md5 is { } md5 && file.Sha1 is { } sha1)
        {
            md5.CopyTo(bytes);
            sha1.CopyTo(bytes[SignalValue.Md5Bytes..]);
            found = Suppressed.GetValueOrDefault(
                Blind.Of(
                    ListSecrets.Md5Sha1Blind(
                        Secrets,
                        bytes[..SignalValue.Md5Bytes],
                        bytes.Slice(SignalValue.Md5Bytes, SignalValue.Sha1Bytes)
                    )
                )
            );
        }
        return found is not null && found.ExpiresAt > now ? found : null;
    }

    /// <summary>Keyed digest of the content's SHA-256, for decisions and exceptions; null: it has none.</summary>
    public Blind? BlindOf(ScanFacts facts)
    {
        if (facts.Fingerprint?.Sha256 is not { } sha256)
        {
            return null;
        }
        Span<byte> bytes = stackalloc byte[SignalValue.Sha256Bytes];
        sha256.CopyTo(bytes);
        return Blind.Of(ListSecrets.FileBlind(Secrets, bytes));
    }

    private void FindAddress(string url, DateTimeOffset now, ref List<MatchFact>? found)
    {
        if (!UrlSignal.TryParse(url, out var signal))
        {
            return;
        }
        Find(ListSecrets.UrlDigest(Secrets, signal!.Url), AddressKind.Url, now, ref found);
        foreach (var domain in signal.Domains)
        {
            Find(ListSecrets.DomainDigest(Secrets, domain), AddressKind.Domain, now, ref found);
        }
    }

    private void Find(byte[] digest, AddressKind kind, DateTimeOffset now, ref List<MatchFact>? found)
    {
        var addresses = Cleared(ref _addresses);
        Listed.Query(digest, kind, addresses);
        foreach (var (list, entry) in addresses)
        {
            (found ??= []).Add(IndexFacts.Of(Lists[list], entry, kind, now));
        }
        addresses.Clear();
    }
}
