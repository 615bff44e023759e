using System.Text.Json;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>A queue: a name, and which open cases stand in it. What is left out is not asked for.</summary>
public sealed record QueueRules
{
    /// <summary>As in an address: lower case, hyphens.</summary>
    public string? Name { get; init; }
    public IReadOnlyList<string>? ProblemTypes { get; init; }
    public IReadOnlyList<string>? Surfaces { get; init; }

    /// <summary>Country codes.</summary>
    public IReadOnlyList<string>? Jurisdictions { get; init; }
    public IReadOnlyList<string>? Origins { get; init; }

    /// <summary>Open at least so long.</summary>
    public int? MinAgeHours { get; init; }

    /// <summary>0 to 100.</summary>
    public int? MinPriority { get; init; }
    public int? MaxPriority { get; init; }
    public bool? Danger { get; init; }

    internal CaseConditions On(CaseConditions conditions, DateTimeOffset now)
    {
        conditions
            .AnyOf("problem_type", Names<ProblemType>(ProblemTypes))
            .AnyOf("surface", Surfaces)
            .AnyOf("jurisdiction", Jurisdictions)
            .AnyOf("origin", Names<CaseOrigin>(Origins));
        if (MinAgeHours is { } hours)
        {
            conditions.Add("opened_at <= @oldest", "oldest", now - TimeSpan.FromHours(hours));
        }
        if (MinPriority is { } least)
        {
            conditions.Add("priority >= @least", "least", least);
        }
        if (MaxPriority is { } most)
        {
            conditions.Add("priority <= @most", "most", most);
        }
        if (Danger is { } danger)
        {
            conditions.Add(danger ? "danger_at is not null" : "danger_at is null");
        }
        return conditions;
    }

    /// <exception cref="ProblemException">A word that is not known, or too much of something.</exception>
    internal QueueRules Checked()
    {
        var name = CaseLimits.Required(Name, CaseLimits.QueueNameCharacters, "name");
        if (!name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))
        {
            throw ProblemException.BadRequest("bad_name", "A queue's name has a-z, 0-9 and '-'.");
        }
        foreach (var words in new[] { ProblemTypes, Surfaces, Jurisdictions, Origins })
        {
            if (words?.Count > CaseLimits.QueueWords)
            {
                throw ProblemException.BadRequest(
                    "too_many_words",
                    $"A rule names at most {CaseLimits.QueueWords} words."
                );
            }
        }
        _ = Names<ProblemType>(ProblemTypes);
        _ = Names<CaseOrigin>(Origins);
        _ = Surfaces?.Select(Given.Surface).ToList();
        _ = Jurisdictions?.Select(Given.Jurisdiction).ToList();
        return this with { Name = name };
    }

    private static List<string>? Names<T>(IReadOnlyList<string>? words)
        where T : struct, Enum =>
        words?.Select(word => Words.Parse<T>(word, typeof(T).Name).ToString()).ToList();
}

/// <param name="Rules">Which cases stand in it.</param>
/// <param name="Waiting">Open, claimed or not.</param>
/// <param name="OldestAt">Null: none waits.</param>
public sealed record QueueState(QueueRules Rules, long Waiting, DateTimeOffset? OldestAt);

/// <param name="AreDefault">Nobody changed them; those that come with the program.</param>
public sealed record QueuesAnswer(IReadOnlyList<QueueState> Queues, bool AreDefault);

internal sealed record QueuesRequest
{
    /// <summary>All of them, in order; none: back to those that come with the program.</summary>
    public IReadOnlyList<QueueRules>? Queues { get; init; }
}

/// <summary>The queues of a tenant: data that who assigns cases may change.</summary>
internal static class CaseQueues
{
    private static readonly IReadOnlyList<QueueRules> Default = CaseData.Read<List<QueueRules>>(
        "Features/Cases/Queues/Data/queues.json"
    );

    public static async Task<IReadOnlyList<QueueRules>> ReadAsync(Tx tx)
    {
        var own = await OwnAsync(tx);
        return own.Count == 0 ? Default : own;
    }

    /// <exception cref="ProblemException">No queue of this name.</exception>
    public static async Task<QueueRules?> FindAsync(Tx tx, string? name) =>
        string.IsNullOrEmpty(name)
            ? null
            : (await ReadAsync(tx)).FirstOrDefault(queue => queue.Name == name)
                ?? throw ProblemException.NotFound("There is no queue of this name.");

    public static async Task<QueuesAnswer> StateAsync(Tx tx)
    {
        var own = await OwnAsync(tx);
        var states = new List<QueueState>();
        foreach (var queue in own.Count == 0 ? Default : own)
        {
            var where = queue.On(new CaseConditions().Add("state = 'Open'").Seen(tx), tx.Now);
            var row = (
                await tx.QueryAsync<Row>(
                    $"""
                    select count(*) as waiting, min(opened_at) as oldest from case_file where tenant =
                        @tenant{where.Sql}
                    """,
                    where.Values
                )
            )[0];
            states.Add(
                new QueueState(
                    queue,
                    row.Waiting,
                    row.Oldest is { } oldest ? DateTimeOffset.FromUnixTimeMilliseconds(oldest) : null
                )
            );
        }
        return new QueuesAnswer(states, own.Count == 0);
    }

    public static async Task<QueuesAnswer> ReplaceAsync(Tx tx, QueuesRequest request)
    {
        var queues = (request.Queues ?? []).Select(queue => queue.Checked()).ToList();
        if (
            queues.Count > CaseLimits.Queues
            || queues.Select(queue => queue.Name).Distinct(StringComparer.Ordinal).Count() < queues.Count
        )
        {
            throw ProblemException.BadRequest(
                "bad_queues",
                $"There are at most {CaseLimits.Queues} queues, each with a name of its own."
            );
        }
        await tx.ExecuteAsync("delete from case_queue where tenant = @tenant");
        await tx.ExecuteManyAsync(
            """
            insert into case_queue (tenant, position, name, rules, changed_at, changed_by)
            values (@tenant, @position, @name, @rules, @at, @by)
            """,
            queues.Select((queue, index) => (queue, index)),
            (row, numbered) =>
            {
                row.Set("position", numbered.index);
                row.Set("name", numbered.queue.Name);
                row.Set("rules", JsonSerializer.Serialize(numbered.queue, JsonSerializerOptions.Web));
                row.Set("at", tx.Now);
                row.Set("by", tx.Actor.Name);
            }
        );
        await tx.RecordAsync(
            new LedgerAct("case.queues_changed", "queues")
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["queues"] = string.Join(' ', queues.Select(queue => queue.Name)),
                },
            }
        );
        return await StateAsync(tx);
    }

    private static async Task<IReadOnlyList<QueueRules>> OwnAsync(Tx tx) =>
        [
            .. (
                await tx.QueryAsync<string>(
                    "select rules from case_queue where tenant = @tenant order by position limit @most",
                    new { most = CaseLimits.Queues }
                )
            ).Select(rules => JsonSerializer.Deserialize<QueueRules>(rules, JsonSerializerOptions.Web)!),
        ];

    private sealed class Row
    {
        public long Waiting { get; init; }
        public long? Oldest { get; init; }
    }
}
