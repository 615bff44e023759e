using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Training;

/// <summary>POST /v1/training/qualifications.</summary>
internal sealed record QualifyRequest
{
    /// <summary>A pseudonym.</summary>
    public string? Person { get; init; }

    /// <summary>review or filing.</summary>
    public string? Track { get; init; }

    /// <summary>granted or withdrawn.</summary>
    public string? State { get; init; }

    /// <summary>Stands in the ledger.</summary>
    public string? Reason { get; init; }
}

internal enum QualificationState
{
    /// <summary>By answers to samples.</summary>
    Earned,

    /// <summary>By somebody who trains here.</summary>
    Granted,
    Withdrawn,
}

/// <param name="Right">Of the last answers, how many were right.</param>
/// <param name="Blind">Of these, samples that looked like any other case.</param>
public sealed record TrainingPerson(
    string Person,
    int Answers,
    int Right,
    int Blind,
    IReadOnlyList<QualificationView> Qualifications
)
{
    /// <summary>
    /// Practice that they asked not to be given after they had begun it, and have not answered; told to themselves
    /// alone. Null: of somebody else.
    /// </summary>
    public long? PassedOver { get; init; }
}

public sealed record QualificationView(string Track, string State, DateTimeOffset Until);

public sealed record TrainingAnswer(IReadOnlyList<TrainingPerson> People);

/// <summary>
/// Who may reveal contents or file reports: earned by right answers to samples, or granted by who trains here; it
/// ends by itself, and by too many wrong answers. What a person withdrew only a person gives again.
/// </summary>
internal static class Qualifications
{
    /// <summary>Answers that are looked at, the last ones; with fewer nothing is earned.</summary>
    public const int Window = 10;
    public const int RightToEarn = 8;

    /// <summary>With fewer right ones it is withdrawn.</summary>
    private const int RightToKeep = 6;
    private static readonly TimeSpan Life = TimeSpan.FromDays(180);

    /// <summary>The kernel's question, about the actor of the transaction.</summary>
    public static async Task<Qualification> AnswerAsync(Tx tx, QualificationWanted wanted)
    {
        if (!await CaseSettings.IsTrainingRequiredAsync(tx))
        {
            return new Qualification(true, "");
        }
        var isQualified =
            await tx.FindAsync<long>(
                """
                select count(*) from training_qualification
                where tenant = @tenant and person = @me and track = @track and state <> 'Withdrawn' and until_at > @now
                """,
                new
                {
                    me = tx.Actor.Name,
                    track = wanted.Track.ToString(),
                    now = tx.Now,
                }
            ) > 0;
        return new Qualification(
            isQualified,
            isQualified
                ? ""
                : $"This needs the qualification “{Words.NameOf(wanted.Track)}”: {RightToEarn} of your last "
                    + $"{Window} answers to "
                    + "samples right (Training in the console), or a grant by who trains here."
        );
    }

    /// <summary>After an answer: what the last ones come to.</summary>
    public static async Task FollowAsync(Tx tx, string person)
    {
        await FollowAsync(
            tx,
            person,
            QualificationTrack.Review,
            await LastAsync(tx, person, gradedOnly: false)
        );
        await FollowAsync(
            tx,
            person,
            QualificationTrack.Filing,
            await LastAsync(tx, person, gradedOnly: true)
        );
    }

    public static async Task<TrainingAnswer> GiveAsync(Tx tx, QualifyRequest request)
    {
        var person = CaseActs.PersonOf(
            CaseLimits.Required(request.Person, CaseLimits.PseudonymCharacters, "person")
        );
        var track = Words.Parse<QualificationTrack>(request.Track, "track");
        var state = Words.Parse<QualificationState>(request.State, "state");
        var reason = CaseLimits.Required(request.Reason, CaseLimits.ReasonCharacters, "reason");
        if (state == QualificationState.Earned)
        {
            throw ProblemException.BadRequest(
                "bad_state",
                "'state' is granted or withdrawn; earning is by answers."
            );
        }
        if ((await People.ListAsync(tx)).All(known => CaseActs.PersonOf(known.Pseudonym) != person))
        {
            throw ProblemException.BadRequest(
                "unknown_person",
                "'person' is the pseudonym of somebody here."
            );
        }
        if (
            state == QualificationState.Granted
            && await KeyMakers.IsOwnAsync(tx, person)
            && !await SoloMode.IsOnAsync(tx)
        )
        {
            throw ProblemException.Conflict(
                "not_to_oneself",
                "Nobody qualifies themselves: ask somebody else."
            );
        }
        await SetAsync(tx, person, track, state);
        await tx.RecordAsync(
            new LedgerAct($"training.{Words.NameOf(state)}", person)
            {
                Reason = reason,
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["track"] = Words.NameOf(track),
                },
            }
        );
        return await ListAsync(tx, null);
    }

    /// <summary>Everybody who answered or is qualified; or one person.</summary>
    public static async Task<TrainingAnswer> ListAsync(Tx tx, string? only)
    {
        var rows = await tx.QueryAsync<Row>(
            """
            select person, track, state, until_at from training_qualification
            where tenant = @tenant order by person, track limit 10000
            """
        );
        var answered = await tx.QueryAsync<string>(
            "select distinct person from training_answer where tenant = @tenant order by person limit 10000"
        );
        var people = new List<TrainingPerson>();
        foreach (
            var person in rows.Select(row => row.Person)
                .Concat(answered)
                .Distinct(StringComparer.Ordinal)
                .Where(person => only is null || person == only)
        )
        {
            var last = await LastAsync(tx, person, gradedOnly: false);
            people.Add(
                new TrainingPerson(
                    person,
                    last.Count,
                    last.Count(answer => answer.IsRight),
                    last.Count(answer => answer.IsBlind),
                    [
                        .. rows.Where(row => row.Person == person)
                            .Select(row => new QualificationView(
                                Words.NameOf(row.Track),
                                Words.NameOf(row.State),
                                row.UntilAt
                            )),
                    ]
                )
                {
                    PassedOver = person == tx.Actor.Name ? await PassedOver.CountAsync(tx, person) : null,
                }
            );
        }
        return new TrainingAnswer(people);
    }

    private static async Task FollowAsync(
        Tx tx,
        string person,
        QualificationTrack track,
        IReadOnlyList<Answer> last
    )
    {
        var right = last.Count(answer => answer.IsRight);
        // What was passed over takes places of the last ones, and withdraws nothing.
        var places = Window - (int)Math.Min(await PassedOver.CountAsync(tx, person), Window);
        if (last.Count >= Window && last.Take(places).Count(answer => answer.IsRight) >= RightToEarn)
        {
            if (await IsTakenByPersonAsync(tx, person, track))
            {
                return;
            }
            await SetAsync(tx, person, track, QualificationState.Earned);
            await tx.RecordAsync(new LedgerAct("training.earned", person) { Facts = TrackOf(track) });
        }
        else if (last.Count >= Window && right < RightToKeep)
        {
            var changed = await tx.ExecuteAsync(
                """
                update training_qualification set state = 'Withdrawn', at = @at, given_by = 'answers'
                where tenant = @tenant and person = @person and track = @track and state <> 'Withdrawn'
                """,
                new
                {
                    person,
                    track = track.ToString(),
                    at = tx.Now,
                }
            );
            if (changed > 0)
            {
                await tx.RecordAsync(new LedgerAct("training.withdrawn", person) { Facts = TrackOf(track) });
            }
        }
    }

    private static async Task<bool> IsTakenByPersonAsync(Tx tx, string person, QualificationTrack track) =>
        await tx.FindAsync<long>(
            """
            select count(*) from training_qualification
            where tenant = @tenant and person = @person and track = @track and state = 'Withdrawn'
                and given_by <> 'answers'
            """,
            new { person, track = track.ToString() }
        ) > 0;

    private static Dictionary<string, string> TrackOf(QualificationTrack track) =>
        new(StringComparer.Ordinal) { ["track"] = Words.NameOf(track) };

    private static Task<int> SetAsync(
        Tx tx,
        string person,
        QualificationTrack track,
        QualificationState state
    ) =>
        tx.ExecuteAsync(
            """
            insert into training_qualification (tenant, person, track, state, at, until_at, given_by)
            values (@tenant, @person, @track, @state, @at, @until, @by)
            on conflict (tenant, person, track) do update set
                state = excluded.state, at = excluded.at, until_at = excluded.until_at, given_by = excluded.given_by
            """,
            new
            {
                person,
                track = track.ToString(),
                state = state.ToString(),
                at = tx.Now,
                until = tx.Now + Life,
                by = state == QualificationState.Earned ? "answers" : tx.Actor.Name,
            }
        );

    private static Task<IReadOnlyList<Answer>> LastAsync(Tx tx, string person, bool gradedOnly) =>
        tx.QueryAsync<Answer>(
            """
            select is_right, is_blind from training_answer
            where tenant = @tenant and person = @person and facts_asked >= @least order by at desc, id desc
                limit @window
            """,
            new
            {
                person,
                least = gradedOnly ? 1 : 0,
                window = Window,
            }
        );

    private sealed class Answer
    {
        public bool IsRight { get; init; }
        public bool IsBlind { get; init; }
    }

    private sealed class Row
    {
        public string Person { get; init; } = "";
        public QualificationTrack Track { get; init; }
        public QualificationState State { get; init; }
        public DateTimeOffset UntilAt { get; init; }
    }
}
