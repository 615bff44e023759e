using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>POST /v1/cases/decisions.</summary>
internal sealed record ManyRequest
{
    /// <summary>References, at most 50.</summary>
    public IReadOnlyList<string>? Cases { get; init; }

    /// <summary>Ids of the open items that were read, of all these cases; not needed where each holds one.</summary>
    public IReadOnlyList<Guid>? Items { get; init; }

    /// <summary>One reason for all; stands in the ledger.</summary>
    public string? Reason { get; init; }

    /// <summary>From a program: who decided, by your own system's pseudonym.</summary>
    public string? Person { get; init; }
}

/// <param name="Cases">As they stand now, in the order asked for.</param>
internal sealed record ManyAnswer(IReadOnlyList<DecisionAnswer> Cases);

/// <summary>
/// Confirms cases in one act: only where every open item is exactly what a list knows, and nothing in the case asks
/// for a person's judgement: no equal file was seen here and found not to be CSAM. All of them or none.
/// </summary>
internal static class DecideMany
{
    public static async Task<ManyAnswer> RunAsync(Tx tx, ManyRequest request)
    {
        var by = DecidingPerson.Of(tx, request.Person);
        var references = (request.Cases ?? []).Distinct(StringComparer.Ordinal).ToList();
        if (references.Count is 0 or > CaseLimits.BulkCases)
        {
            throw ProblemException.BadRequest(
                "bad_cases",
                $"'cases' names 1 to {CaseLimits.BulkCases} cases by their references."
            );
        }
        var refused = new List<string>();
        foreach (var reference in references)
        {
            var file = await CaseActs.RequireAsync(tx, reference, lease: null);
            if (!await IsPlainAsync(tx, file))
            {
                refused.Add(reference);
            }
        }
        if (refused.Count > 0)
        {
            throw ProblemException.Conflict(
                "not_exact",
                $"Decide these one by one: {string.Join(", ", refused)}. Only open cases all of whose open items "
                    + "are exactly what a list knows, and of which nobody here saw an equal file and said that it is "
                    + "not CSAM, are confirmed together. Nothing was decided."
            );
        }
        var read = new ItemsRead(request.Items);
        var answers = new List<DecisionAnswer>();
        foreach (var reference in references)
        {
            answers.Add(
                await DecideCase.RunAsync(
                    tx,
                    by,
                    reference,
                    ItemState.Confirmed,
                    request.Reason,
                    itemIds: null,
                    read
                )
            );
        }
        return new ManyAnswer(answers);
    }

    private static async Task<bool> IsPlainAsync(Tx tx, CaseFile file)
    {
        if (
            file.State != CaseState.Open
            || file.IsContradiction
            || file.NamesNoSuspect
            || file.DangerAt is not null
            || file.GoldFor is not null
        )
        {
            return false;
        }
        var open = (await CaseItem.OfAsync(tx, file.Id)).Where(item => item.State == ItemState.Open).ToList();
        return open.Count > 0 && open.TrueForAll((await JudgedItems.ReadAsync(tx, file)).IsPlain);
    }
}
