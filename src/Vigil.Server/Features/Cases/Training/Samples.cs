using System.Text.Json;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Training;

/// <summary>
/// POST /v1/training/samples: a made-up case with its answer. Made and harmless; never of a real case.
/// </summary>
internal sealed record SampleRequest
{
    public string? Title { get; init; }
    public string? ProblemType { get; init; }
    public string? Surface { get; init; }
    public string? Jurisdiction { get; init; }

    /// <summary>flag, hand or text: what it looks like when it is not announced; left out: flag.</summary>
    public string? Origin { get; init; }

    /// <summary>What the queue says of it; left out: as of any other case of its origin.</summary>
    public string? Summary { get; init; }

    /// <summary>What the reviewer reads.</summary>
    public string? Text { get; init; }

    /// <summary>confirmed or not_csam.</summary>
    public string? Verdict { get; init; }

    /// <summary>Facts that a right grade has; left out: the verdict alone counts.</summary>
    public GradeRequest? Grade { get; init; }

    /// <summary>Why; shown afterwards.</summary>
    public string? Explanation { get; init; }
}

/// <summary>POST /v1/training/samples/{id}/retire.</summary>
internal sealed record RetireRequest
{
    /// <summary>Stands in the ledger; may be left out.</summary>
    public string? Reason { get; init; }
}

internal sealed record SampleFacts(
    ProblemType ProblemType,
    string Surface,
    string Jurisdiction,
    string? Summary,
    string Text
)
{
    /// <summary>Samples that were made before it was asked for have none of their own.</summary>
    public CaseOrigin From { get; init; } = CaseOrigin.Flag;
}

internal sealed record SampleAnswer(ItemState Verdict, GradeFacts? Grade, string Explanation);

internal sealed record Sample(Guid Id, string Title, SampleFacts Facts, SampleAnswer Answer);

/// <summary>As who trains others sees it.</summary>
public sealed record SampleRow(
    Guid Id,
    string Title,
    string ProblemType,
    string Verdict,
    bool HasGrade,
    bool IsActive,
    DateTimeOffset MadeAt
);

public sealed record SamplesAnswer(IReadOnlyList<SampleRow> Samples);

/// <summary>The samples of a tenant. Facts and answers are sealed: who is to be trained must not read them.</summary>
internal static class Samples
{
    private const int Most = 1000;

    /// <summary>Samples that are passed over at most for what a person is not to be given.</summary>
    private const int LookedAt = 50;

    public static async Task<SampleRow> AddAsync(Tx tx, SampleRequest request)
    {
        var facts = new SampleFacts(
            Words.Parse<ProblemType>(request.ProblemType, "problemType"),
            Given.Surface(request.Surface),
            Given.Jurisdiction(request.Jurisdiction),
            CaseLimits.Optional(request.Summary, CaseLimits.ReasonCharacters, "summary"),
            CaseLimits.Required(request.Text, CaseLimits.NoteCharacters, "text")
        )
        {
            From = OriginOf(request.Origin),
        };
        var answer = new SampleAnswer(
            CaseRoutes.VerdictOf(request.Verdict),
            request.Grade?.ToFacts(),
            CaseLimits.Required(request.Explanation, CaseLimits.NoteCharacters, "explanation")
        );
        var title = CaseLimits.Required(request.Title, CaseLimits.ReasonCharacters, "title");
        var count = await tx.FindAsync<long>("select count(*) from training_sample where tenant = @tenant");
        if (count >= Most)
        {
            throw ProblemException.Conflict(
                "too_many_samples",
                $"There are {Most} samples: retire some first."
            );
        }
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into training_sample (tenant, id, title, facts, answer, state, made_at, made_by)
            values (@tenant, @id, @title, @facts, @answer, 'Active', @at, @by)
            """,
            new
            {
                id,
                title,
                facts = Sealed.Seal(tx, JsonSerializer.Serialize(facts), id),
                answer = Sealed.Seal(tx, JsonSerializer.Serialize(answer), id),
                at = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await tx.RecordAsync(new LedgerAct("training.sample_made", id.ToString()));
        return RowOf(new Sample(id, title, facts, answer), isActive: true, tx.Now);
    }

    /// <exception cref="ProblemException">None of this id, or it is retired.</exception>
    public static async Task<SamplesAnswer> RetireAsync(Tx tx, Guid id, string? reason)
    {
        var text = CaseLimits.Optional(reason, CaseLimits.ReasonCharacters, "reason");
        var changed = await tx.ExecuteAsync(
            "update training_sample set state = 'Retired' where tenant = @tenant and id = @id and state = 'Active'",
            new { id }
        );
        if (changed == 0)
        {
            throw await FindAsync(tx, id) is null
                ? ProblemException.NotFound("There is no such sample.")
                : ProblemException.Conflict(
                    "already_retired",
                    "This sample is retired: it is asked no more. To ask it again, add it anew."
                );
        }
        await tx.RecordAsync(new LedgerAct("training.sample_retired", id.ToString()) { Reason = text });
        return await ListAsync(tx);
    }

    public static async Task<SamplesAnswer> ListAsync(Tx tx) =>
        new([
            .. (
                await tx.QueryAsync<Row>(
                    $"""
                    select {Columns} from training_sample where tenant = @tenant order by made_at desc, id limit @most
                    """,
                    new { most = Most }
                )
            ).Select(row => RowOf(row.Open(tx), row.State == "Active", row.MadeAt)),
        ]);

    public static async Task<Sample?> FindAsync(Tx tx, Guid id) =>
        (
            await tx.FindAsync<Row>(
                $"select {Columns} from training_sample where tenant = @tenant and id = @id",
                new { id }
            )
        )?.Open(tx);

    /// <summary>Active ones that this person has not answered within the time given, the oldest first.</summary>
    public static async Task<IReadOnlyList<Sample>> NextForAsync(Tx tx, string person, TimeSpan notSince) =>
        [
            .. (
                await tx.QueryAsync<Row>(
                    $"""
                    select {Columns} from training_sample
                    where tenant = @tenant and state = 'Active' and not exists (
                        select 1 from training_answer a where a.tenant = training_sample.tenant
                          and a.sample_id = training_sample.id and a.person = @person and a.at > @since)
                      and not exists (
                        select 1 from case_file f where f.tenant = training_sample.tenant and f.state = 'Open'
                          and f.gold_for = @person and f.gold_sample = training_sample.id)
                    order by made_at, id limit @most
                    """,
                    new
                    {
                        person,
                        since = tx.Now - notSince,
                        most = LookedAt,
                    }
                )
            ).Select(row => row.Open(tx)),
        ];

    /// <exception cref="ProblemException">Another origin: a match and a notice have more behind them.</exception>
    private static CaseOrigin OriginOf(string? word) =>
        string.IsNullOrEmpty(word) ? CaseOrigin.Flag
        : Words.Find<CaseOrigin>(word) is { } origin
        && origin is CaseOrigin.Flag or CaseOrigin.Hand or CaseOrigin.Text
            ? origin
        : throw ProblemException.BadRequest("bad_origin", "'origin' of a sample is flag, hand or text.");

    private const string Columns = "id, title, facts, answer, state, made_at";

    private static SampleRow RowOf(Sample sample, bool isActive, DateTimeOffset madeAt) =>
        new(
            sample.Id,
            sample.Title,
            Words.NameOf(sample.Facts.ProblemType),
            Words.NameOf(sample.Answer.Verdict),
            sample.Answer.Grade is not null,
            isActive,
            madeAt
        );

    private sealed class Row
    {
        public Guid Id { get; init; }
        public string Title { get; init; } = "";
        public byte[] Facts { get; init; } = [];
        public byte[] Answer { get; init; } = [];
        public string State { get; init; } = "";
        public DateTimeOffset MadeAt { get; init; }

        public Sample Open(Tx tx) =>
            new(
                Id,
                Title,
                JsonSerializer.Deserialize<SampleFacts>(Sealed.Open(tx, Facts, Id)!)!,
                JsonSerializer.Deserialize<SampleAnswer>(Sealed.Open(tx, Answer, Id)!)!
            );
    }
}
