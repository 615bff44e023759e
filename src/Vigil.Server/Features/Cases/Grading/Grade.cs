using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Grading;

/// <summary>What one person said of one item.</summary>
internal sealed class Grade
{
    public const string Columns = """
        id, item_id, grader, round, age_band, activity, depiction, focus_on_genitals, animal, sadism, self_generated,
        live_streamed, infant, reasons, words, at
        """;

    public Guid Id { get; init; }
    public Guid ItemId { get; init; }
    public string Grader { get; init; } = "";

    /// <summary>1: the first; 2: a second opinion; 3: where these two disagree.</summary>
    public int Round { get; init; }
    public AgeBand AgeBand { get; init; }
    public SexualActivity Activity { get; init; }
    public Depiction Depiction { get; init; }
    public bool FocusOnGenitals { get; init; }
    public bool Animal { get; init; }
    public bool Sadism { get; init; }
    public bool SelfGenerated { get; init; }
    public bool LiveStreamed { get; init; }
    public bool Infant { get; init; }
    public string Reasons { get; init; } = "";

    /// <summary>Sealed.</summary>
    public byte[]? Words { get; init; }
    public DateTimeOffset At { get; init; }

    public GradeFacts Facts =>
        new()
        {
            Age = AgeBand,
            Activity = Activity,
            Depiction = Depiction,
            FocusOnGenitals = FocusOnGenitals,
            Animal = Animal,
            Sadism = Sadism,
            SelfGenerated = SelfGenerated,
            LiveStreamed = LiveStreamed,
            Infant = Infant,
        };

    /// <summary>
    /// Two say the same when every fact is the same: reports state facts, and two facts may have one code.
    /// </summary>
    public bool AgreesWith(Grade other) => Facts == other.Facts;

    /// <summary>The current ones of an item, by round.</summary>
    public static Task<IReadOnlyList<Grade>> OfAsync(Tx tx, Guid itemId) =>
        tx.QueryAsync<Grade>(
            $"""
            select {Columns} from case_grade where tenant = @tenant and item_id = @itemId and is_current
            order by round, at limit 10
            """,
            new { itemId }
        );

    /// <summary>The same of all items of a case.</summary>
    public static Task<IReadOnlyList<Grade>> OfCaseAsync(Tx tx, Guid caseId) =>
        tx.QueryAsync<Grade>(
            $"""
            select {Columns} from case_grade where tenant = @tenant and is_current and item_id in (
                select i.id from case_item i where i.tenant = @tenant and i.case_id = @caseId)
            order by round, at limit @most
            """,
            new { caseId, most = 10 * CaseLimits.ItemsPerCase }
        );

    public static Task<int> InsertAsync(
        Tx tx,
        DecidingPerson by,
        Guid itemId,
        int round,
        GradeRequest request,
        GradeFacts facts
    )
    {
        var id = tx.NewId();
        return tx.ExecuteAsync(
            """
            insert into case_grade (tenant, id, item_id, grader, round, is_current, age_band, activity, depiction,
                focus_on_genitals, animal, sadism, self_generated, live_streamed, infant, reasons, words, at)
            values (@tenant, @id, @itemId, @grader, @round, @isCurrent, @age, @activity, @depiction,
                @focusOnGenitals, @animal, @sadism, @selfGenerated, @liveStreamed, @infant, @reasons, @words, @at)
            """,
            new
            {
                id,
                itemId,
                grader = by.Name,
                round,
                isCurrent = true,
                age = facts.Age.ToString(),
                activity = facts.Activity.ToString(),
                depiction = facts.Depiction.ToString(),
                focusOnGenitals = facts.FocusOnGenitals,
                animal = facts.Animal,
                sadism = facts.Sadism,
                selfGenerated = facts.SelfGenerated,
                liveStreamed = facts.LiveStreamed,
                infant = facts.Infant,
                reasons = string.Join(' ', request.ReasonWords),
                words = Sealed.Seal(
                    tx,
                    CaseLimits.Optional(request.Text, CaseLimits.NoteCharacters, "text"),
                    id
                ),
                at = tx.Now,
            }
        );
    }
}
