namespace Vigil.Trust;

/// <summary>A company whose people review here, inside fences, under a supervisor.</summary>
public sealed class Vendor
{
    public string Name { get; init; } = "";
    public Guid SupervisorId { get; init; }

    /// <summary>Pseudonym.</summary>
    public string Supervisor { get; init; } = "";

    /// <summary>Its reviewers who may come in.</summary>
    public long People { get; init; }
}

/// <summary>Vendors: who belongs to which, who answers for them. Each change records itself.</summary>
public static class Vendors
{
    private const string Columns = """
        select v.name, v.supervisor_id, s.pseudonym as supervisor,
            (select count(*) from person p where p.tenant = v.tenant and p.vendor = v.name and p.state = 'Active')
                as people
        from vendor v join person s on s.tenant = v.tenant and s.id = v.supervisor_id
        where v.tenant = @tenant
        """;

    /// <summary>By name.</summary>
    public static Task<IReadOnlyList<Vendor>> ListAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return tx.QueryAsync<Vendor>($"{Columns} order by v.name limit {PeopleLimits.MaxVendors}");
    }

    /// <summary>The vendor that this person supervises; null: none.</summary>
    public static Task<Vendor?> SupervisedByAsync(Tx tx, Guid personId)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return tx.FindAsync<Vendor>(
            $"{Columns} and v.supervisor_id = @personId order by v.name limit 1",
            new { personId }
        );
    }

    /// <summary>A new vendor, or another supervisor. Records itself.</summary>
    /// <exception cref="PeopleException">No such person, or the name is none.</exception>
    public static async Task NameAsync(Tx tx, string name, string supervisor)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var plain = Names.Plain(name, "A vendor's name");
        var person = await People.FindByPseudonymAsync(tx, supervisor);
        if ((await ListAsync(tx)).Count >= PeopleLimits.MaxVendors && await FindAsync(tx, plain) is null)
        {
            throw new PeopleException(
                "too_many_vendors",
                $"There are {PeopleLimits.MaxVendors} vendors already."
            );
        }
        await tx.ExecuteAsync(
            """
            insert into vendor (tenant, name, supervisor_id, named_at, named_by)
            values (@tenant, @plain, @id, @now, @by)
            on conflict (tenant, name) do update
                set supervisor_id = excluded.supervisor_id, named_at = excluded.named_at, named_by = excluded.named_by
            """,
            new
            {
                plain,
                id = person.Id,
                now = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await tx.RecordAsync(new LedgerAct("vendor.supervisor_named", person.Pseudonym) { Secret = plain });
    }

    /// <summary>Whose reviewer somebody is; null: nobody's. In force within two seconds. Records itself.</summary>
    /// <exception cref="PeopleException">No such person or vendor.</exception>
    public static async Task AssignAsync(Tx tx, Guid personId, string? vendor)
    {
        var person = await People.FindAsync(tx, personId);
        if (vendor is not null && await FindAsync(tx, vendor) is null)
        {
            throw new PeopleException("no_such_vendor", "There is no such vendor here: name it first.");
        }
        await tx.ExecuteAsync(
            "update person set vendor = @vendor where tenant = @tenant and id = @personId",
            new { personId, vendor }
        );
        await tx.RecordAsync(
            new LedgerAct("person.vendor_changed", person.Pseudonym) { Secret = vendor ?? "" }
        );
    }

    internal static Task<Vendor?> FindAsync(Tx tx, string name) =>
        tx.FindAsync<Vendor>($"{Columns} and v.name = @name", new { name });
}
