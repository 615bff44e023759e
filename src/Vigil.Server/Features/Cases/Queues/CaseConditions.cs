using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>Conditions on cases, put together, with their values; every statement adds the tenant itself.</summary>
internal sealed class CaseConditions
{
    private readonly List<string> _conditions = [];
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, object?> Values => _values;

    /// <summary>Begins with "and"; empty: all.</summary>
    public string Sql => string.Concat(_conditions.Select(condition => $" and ({condition})"));

    public CaseConditions Add(string condition, string? name = null, object? value = null)
    {
        _conditions.Add(condition);
        if (name is not null)
        {
            _values[name] = value;
        }
        return this;
    }

    public CaseConditions Value(string name, object? value)
    {
        _values[name] = value;
        return this;
    }

    /// <summary>One of some words; none: any.</summary>
    public CaseConditions AnyOf(string column, IReadOnlyList<string>? words)
    {
        if (words is not { Count: > 0 })
        {
            return this;
        }
        var names = words.Select((word, index) => (Name: $"{column}{index}", word)).ToList();
        names.ForEach(pair => _values[pair.Name] = pair.word);
        return Add(string.Join(" or ", names.Select(pair => $"{column} = @{pair.Name}")));
    }

    /// <summary>What the actor may be shown: inside fences what was granted, and samples made for them.</summary>
    public CaseConditions Seen(Tx tx) =>
        Add("gold_for is null or gold_for = @seer", "seer", tx.Actor.Name).Add(tx.SeesCase("case_file.ref"));

    /// <summary>What waits for somebody and can be taken by the actor now.</summary>
    public CaseConditions Takable(Tx tx) =>
        Add("state = 'Open'")
            .Add(
                "claimed_by is null or claimed_by = @me or lease_until is null or lease_until <= @now",
                "me",
                tx.Actor.Name
            )
            .Add("assigned_to is null or assigned_to = @me", "now", tx.Now)
            .Add("hold_until is null or hold_until <= @now")
            .Add(
                """
                not exists (select 1 from case_skip s where s.tenant = case_file.tenant and s.case_id = case_file.id
                    and s.person = @me and s.until_at > @now and case_file.danger_at is null)
                """
            );
}
