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

    /// <summary>What the queue says of it.</summary>
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

internal sealed record SampleFacts(
    ProblemType ProblemType,
    string Surface,
    string Jurisdiction,
    string Summary,
    string Text
);

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

    public static async Task<SampleRow> AddAsync(Tx tx, SampleRequest request)
    {
        var facts = new SampleFacts(
            Words.Parse<ProblemType>(request.ProblemType, "problemType"),
            Given.Surface(request.Surface),
            Given.Jurisdiction(request.Jurisdiction),
            CaseLimits.Required(request.Summary, CaseLimits.ReasonCharacters, "summary"),
            CaseLimits.Required(request.Text, CaseLimits.NoteCharacters, "text")
        );
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

    public static async Task<SamplesAnswer> RetireAsync(Tx tx, Guid id)
    {
        var changed = await tx.ExecuteAsync(
            "update training_sample set state = 'Retired' where tenant = @tenant and id = @id",
            new { id }
        );
        if (changed == 0)
        {
            throw ProblemException.NotFound("There is no such sample.");
        }
        await tx.RecordAsync(new LedgerAct("training.sample_retired", id.ToString()));
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

    /// <summary>The active one that this person answered longest ago, or never; none within the time given.</summary>
    public static async Task<Sample?> NextForAsync(Tx tx, string person, TimeSpan notSince) =>
        (
            await tx.FindAsync<Row>(
                $"""
                select {Columns} from training_sample
                where tenant = @tenant and state = 'Active' and not exists (
                    select 1 from training_answer a where a.tenant = training_sample.tenant
                      and a.sample_id = training_sample.id and a.person = @person and a.at > @since)
                  and not exists (
                    select 1 from case_file f where f.tenant = training_sample.tenant and f.state = 'Open'
                      and f.gold_for = @person and f.gold_sample = training_sample.id)
                order by made_at, id limit 1
                """,
                new { person, since = tx.Now - notSince }
            )
        )?.Open(tx);

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
