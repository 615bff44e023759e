using System.Text.Json;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>A case that the facts are told of.</summary>
/// <param name="Items">Of these items alone; null: of the whole case.</param>
internal sealed record PlannedCase(string CaseRef, IReadOnlyList<Guid>? Items);

/// <summary>
/// What is to be given or destroyed, fixed when it is asked for: what comes into the scope later is not in it. A second
/// person confirms this plan, and no more than this is done. Kept sealed.
/// </summary>
/// <param name="Contents">Ids; empty: no media.</param>
/// <param name="Facts">With what the cases say.</param>
internal sealed record ReleasePlan(IReadOnlyList<Guid> Contents, bool Facts)
{
    /// <summary>All that it is about, in order of their references.</summary>
    public IReadOnlyList<PlannedCase> Cases { get; init; } = [];

    /// <summary>What happened in a case after this is not told.</summary>
    public DateTimeOffset AskedAt { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }

    /// <summary>In the asker's words.</summary>
    public string Reason { get; init; } = "";
    public string Authority { get; init; } = "";
    public string Country { get; init; } = "";
    public string Reference { get; init; } = "";

    /// <summary>X25519, 32 bytes; null: a destruction, or asked for before this was fixed.</summary>
    public byte[]? Key { get; init; }

    /// <summary>Of a destruction: the request for the second person of each content, by its id.</summary>
    public IReadOnlyDictionary<Guid, string> Reads { get; init; } = new Dictionary<Guid, string>();

    /// <summary>The plan with all that holds now.</summary>
    public static async Task<ReleasePlan> OfAsync(
        Tx tx,
        LegalRequest request,
        IReadOnlyList<Guid> contents,
        bool facts,
        string reason
    )
    {
        var intake = request.IntakeOf(tx);
        return new ReleasePlan(contents, facts)
        {
            Cases = await CasesAsync(tx, request, contents, facts),
            AskedAt = tx.Now,
            From = request.RangeFrom,
            To = request.RangeTo,
            Reason = reason,
            Authority = intake.Authority,
            Country = request.Country,
            Reference = intake.Reference,
            Key = request.MayRelease ? request.RecipientKey : null,
        };
    }

    /// <summary>Equal plans give equal bytes.</summary>
    public byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web);

    /// <summary>Every content is there, in scope, and in the time that is asked about now.</summary>
    /// <exception cref="ProblemException">One is not.</exception>
    public static async Task RequireInScopeAsync(Tx tx, LegalRequest request, IReadOnlyList<Guid> contents)
    {
        var targets = await LegalTarget.OfAsync(tx, request.Id);
        foreach (var id in contents)
        {
            var content =
                await HeldContents.FindAsync(tx, id)
                ?? throw ProblemException.NotFound("There is no such content.");
            if (
                targets.All(target => target.ContentId != id && target.CaseRef != content.CaseRef)
                || content.SealedAt < request.RangeFrom
                || content.SealedAt > request.RangeTo
            )
            {
                throw ProblemException.Conflict(
                    "out_of_scope",
                    "One of the contents is not what the authority asks for, by case, content or time."
                );
            }
            if (content.State != "Sealed")
            {
                throw ProblemException.Conflict("content_destroyed", "One of the contents was destroyed.");
            }
        }
    }

    private static async Task<IReadOnlyList<PlannedCase>> CasesAsync(
        Tx tx,
        LegalRequest request,
        IReadOnlyList<Guid> contents,
        bool facts
    )
    {
        var targets = await LegalTarget.OfAsync(tx, request.Id);
        var whole = targets
            .Select(target => target.CaseRef)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        var references = new SortedSet<string>(facts ? whole : [], StringComparer.Ordinal);
        foreach (var id in contents)
        {
            references.Add((await HeldContents.FindAsync(tx, id))!.CaseRef);
        }
        var cases = new List<PlannedCase>(references.Count);
        foreach (var reference in references)
        {
            var items = whole.Contains(reference) ? null : await ItemsAsync(tx, targets, reference);
            cases.Add(new(reference, items));
        }
        return cases;
    }

    /// <summary>Where single contents are asked for: their items.</summary>
    private static async Task<IReadOnlyList<Guid>> ItemsAsync(
        Tx tx,
        IReadOnlyList<LegalTarget> targets,
        string reference
    )
    {
        var items = new SortedSet<Guid>();
        foreach (var id in targets.Select(target => target.ContentId).OfType<Guid>())
        {
            if (
                await HeldContents.FindAsync(tx, id) is { ItemId: { } item } content
                && content.CaseRef == reference
            )
            {
                items.Add(item);
            }
        }
        return [.. items];
    }

    public override string ToString() => nameof(ReleasePlan);
}
