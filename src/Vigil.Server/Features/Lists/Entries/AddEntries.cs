using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Lists.Describing;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Entries;

internal sealed record EntriesToAdd
{
    public required IReadOnlyList<EntryToAdd> Entries { get; init; }

    /// <summary>Withdrawn entries among them come back, because their source says so; needs a reason.</summary>
    public bool RestoreWithdrawn { get; init; }

    public string? Reason { get; init; }
}

/// <summary>One file by its fingerprints, or one URL, or one domain.</summary>
internal sealed record EntryToAdd
{
    public string? Md5 { get; init; }
    public string? Sha1 { get; init; }
    public string? Sha256 { get; init; }
    public string? Pdq { get; init; }
    public int? PdqQuality { get; init; }
    public string? Url { get; init; }
    public string? Domain { get; init; }
    public string? SourceRef { get; init; }
    public string? Category { get; init; }
}

/// <param name="Row">From 0, in the order of the request.</param>
/// <param name="Outcome">added, already_there, updated, tombstoned, restored or rejected.</param>
/// <param name="EntryId">Null when rejected.</param>
/// <param name="Code">Why it, or its PDQ, was rejected.</param>
/// <param name="Advice">What to do about it.</param>
internal sealed record AddedEntry(int Row, string Outcome, Guid? EntryId, string? Code, string? Advice);

internal sealed record AddedEntries(IReadOnlyList<AddedEntry> Entries, long Generation);

/// <summary>Adds entries, each answered for by itself. Adding them again adds nothing.</summary>
internal sealed class AddEntries(ListWriting lists)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/v1/lists/{list}/entries",
                (HttpContext context, string list, AddEntries add) => add.ApiAsync(context, list)
            )
            .Require(Permission.ListWrite)
            .WithName("AddEntries")
            .WithSummary("Add up to 1,000 entries: fingerprints, URLs or domains")
            .WithTags("Lists")
            .Accepts<EntriesToAdd>("application/json")
            .Produces<AddedEntries>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);

    private async Task<IResult> ApiAsync(HttpContext context, string list)
    {
        var body = await JsonBody.ReadBytesAsync(context);
        var wanted = JsonBody.Parse<EntriesToAdd>(body);
        Check(wanted);
        var generation = 0L;
        return await Idempotent.RunAsync(
            context,
            body,
            StatusCodes.Status200OK,
            work =>
                lists.ActAsync(
                    context.Actor(),
                    Permission.ListWrite,
                    (tx, next) =>
                    {
                        generation = next;
                        return work(tx);
                    },
                    context.RequestAborted
                ),
            tx => AddAsync(tx, generation, list, wanted)
        );
    }

    public Task<AddedEntries> RunAsync(
        Actor actor,
        string list,
        EntriesToAdd wanted,
        CancellationToken cancellation
    )
    {
        Check(wanted);
        return lists.ActAsync(
            actor,
            Permission.ListWrite,
            (tx, generation) => AddAsync(tx, generation, list, wanted),
            cancellation
        );
    }

    private static void Check(EntriesToAdd wanted)
    {
        if (wanted.Entries.Count is 0 or > ListsLimits.MaxEntriesPerRequest)
        {
            throw ProblemException.BadRequest(
                "bad_entry_count",
                $"A request has 1 to {ListsLimits.MaxEntriesPerRequest} entries: send more as an import."
            );
        }
        if (wanted.Entries.Any(entry => entry is null))
        {
            throw ProblemException.BadRequest("bad_json", "An entry is null; an object is expected.");
        }
        if (wanted.RestoreWithdrawn)
        {
            _ = NamedText.Reason(wanted.Reason);
        }
    }

    private static async Task<AddedEntries> AddAsync(Tx tx, long generation, string list, EntriesToAdd wanted)
    {
        var row = await StoredList.GetAsync(tx, list);
        var read = wanted.Entries.Select(entry => EntryReading.Read(tx.Secrets, entry)).ToList();
        var batch = await EntryBatch.PlanAsync(
            tx,
            row.Id,
            [.. read.Select(one => one.Draft).OfType<EntryDraft>()],
            wanted.RestoreWithdrawn
        );
        await batch.ApplyAsync(tx, generation, importId: null);
        var tally = batch.Outcomes.CountBy(one => one.Outcome);
        await tx.RecordAsync(
            new LedgerAct("list.entries_added", $"{row.Id}")
            {
                Reason = string.IsNullOrWhiteSpace(wanted.Reason) ? null : NamedText.Reason(wanted.Reason),
                Facts = tally.ToDictionary(
                    one => $"{one.Key}",
                    one => one.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    StringComparer.Ordinal
                ),
            }
        );
        return new AddedEntries(Answers(read, batch), generation);
    }

    private static List<AddedEntry> Answers(List<EntryReading> read, EntryBatch batch)
    {
        var answers = new List<AddedEntry>();
        var next = 0;
        foreach (var (row, one) in read.Index())
        {
            var (outcome, id) = one.Draft is null ? default : batch.Outcomes[next++];
            answers.Add(
                new AddedEntry(
                    row,
                    one.Draft is null ? "rejected" : EntryWords.Of(outcome),
                    one.Draft is null ? null : id,
                    one.Code,
                    one.Advice
                )
            );
        }
        return answers;
    }
}
