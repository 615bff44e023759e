namespace Vigil.Trust;

/// <summary>A case that somebody inside fences may see, because, and until.</summary>
public sealed class CaseGrant
{
    public Guid Id { get; init; }
    public string CaseRef { get; init; } = "";

    /// <summary>Pseudonym of the person; null: it is a vendor's.</summary>
    public string? Person { get; init; }

    /// <summary>The company whose reviewers see it; null: it is one person's.</summary>
    public string? Vendor { get; init; }
    public DateTimeOffset Until { get; init; }
    public string Reason { get; init; } = "";
    public DateTimeOffset GivenAt { get; init; }
    public string GivenBy { get; init; } = "";
}

/// <summary>
/// Need to know: grants of single cases, with a reason and an end, to investigators and vendors. Each is an act
/// in the ledger; an expired or ended one opens nothing from that moment on.
/// </summary>
public static class CaseGrants
{
    internal const string FenceNow = "fence_now";
    internal const string FencePerson = "fence_person";
    internal const string FenceVendor = "fence_vendor";

    private const string Columns = """
        select g.id, g.case_ref, p.pseudonym as person, g.vendor, g.until, g.reason, g.given_at, g.given_by
        from case_grant g left join person p on p.tenant = g.tenant and p.id = g.person_id
        where g.tenant = @tenant
        """;

    /// <summary>To one person. Records itself.</summary>
    /// <param name="tx">Of the act.</param>
    /// <param name="caseRef">As "VC-7K3Q-M2ZD-9F"; the caller knows that there is such a case.</param>
    /// <param name="pseudonym">As "investigator-7".</param>
    /// <param name="until">At most <see cref="PeopleLimits.MaxGrant"/> from now.</param>
    /// <param name="reason">Why this person needs to know.</param>
    /// <exception cref="PeopleException">No such person, or a rule of grants was not kept.</exception>
    public static async Task<Guid> GiveAsync(
        Tx tx,
        string caseRef,
        string pseudonym,
        DateTimeOffset until,
        string reason
    )
    {
        ArgumentNullException.ThrowIfNull(tx);
        var person = await People.FindByPseudonymAsync(tx, pseudonym);
        if (await KeyMakers.IsOwnAsync(tx, $"person:{person.Pseudonym}"))
        {
            throw new PeopleException("own_grant", "Nobody grants themselves a case: ask a colleague.");
        }
        return await InsertAsync(tx, caseRef, person.Id, null, until, reason);
    }

    /// <summary>To all reviewers of a vendor. Records itself.</summary>
    /// <inheritdoc cref="GiveAsync"/>
    public static async Task<Guid> GiveToVendorAsync(
        Tx tx,
        string caseRef,
        string vendor,
        DateTimeOffset until,
        string reason
    )
    {
        ArgumentNullException.ThrowIfNull(tx);
        if (await Vendors.FindAsync(tx, vendor) is null)
        {
            throw new PeopleException("no_such_vendor", "There is no such vendor here: name it first.");
        }
        var people = await tx.QueryAsync<string>(
            $"""
            select pseudonym from person where tenant = @tenant and vendor = @vendor
            limit {PeopleLimits.MaxPersons}
            """,
            new { vendor }
        );
        var giver = await KeyMakers.BehindAsync(tx);
        return people.Any(pseudonym => giver == $"person:{pseudonym}")
            ? throw new PeopleException(
                "own_grant",
                "Nobody grants their own company a case: ask a colleague."
            )
            : await InsertAsync(tx, caseRef, null, vendor, until, reason);
    }

    /// <summary>False: none of this id, or it is over. Records itself.</summary>
    public static async Task<bool> EndAsync(Tx tx, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var ended = await tx.QueryAsync<string>(
            """
            update case_grant set ended_at = @now, ended_by = @by
            where tenant = @tenant and id = @id and ended_at is null returning case_ref
            """,
            new
            {
                id,
                now = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await tx.RecordAsync(
            new LedgerAct("case.grant_ended", ended.Count > 0 ? ended[0] : "none")
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["grant"] = id.ToString() },
            }
        );
        return ended.Count == 1;
    }

    /// <summary>In force now, the ones that end first on top.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="vendor">Null: of everybody.</param>
    public static Task<IReadOnlyList<CaseGrant>> ListAsync(Tx tx, string? vendor = null)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return tx.QueryAsync<CaseGrant>(
            $"""
            {Columns} and g.ended_at is null and g.until > @now
                {(vendor is null ? "" : "and (g.vendor = @vendor or p.vendor = @vendor)")}
            order by g.until, g.id limit {PeopleLimits.MaxGrantsListed}
            """,
            new { now = tx.Now, vendor = vendor ?? "" }
        );
    }

    /// <summary>Those of these people who may see the case now, as their sessions would.</summary>
    public static async Task<IReadOnlyList<Person>> WhoSeesAsync(
        Tx tx,
        string caseRef,
        IEnumerable<Person> people
    )
    {
        ArgumentNullException.ThrowIfNull(tx);
        var grants = await tx.QueryAsync<Given>(
            $"""
            select person_id, vendor from case_grant
            where tenant = @tenant and case_ref = @caseRef and ended_at is null and until > @now
            limit {PeopleLimits.MaxGrantsListed}
            """,
            new { caseRef, now = tx.Now }
        );
        return
        [
            .. people.Where(person =>
                Grants.SeesAllCases(person.Roles)
                || grants.Any(grant =>
                    grant.PersonId == person.Id || (grant.Vendor is { } vendor && vendor == person.Vendor)
                )
            ),
        ];
    }

    /// <summary>References of the cases that this person may see; null: all.</summary>
    public static async Task<IReadOnlySet<string>?> VisibleToAsync(Tx tx, Person person)
    {
        ArgumentNullException.ThrowIfNull(person);
        return Grants.SeesAllCases(person.Roles)
            ? null
            : await GrantedAsync(tx, new CaseFence(person.Id, person.Vendor));
    }

    internal static async Task<IReadOnlySet<string>> GrantedAsync(Tx tx, CaseFence fence) =>
        (
            await tx.QueryAsync<string>(
                $"""
                select distinct case_ref from case_grant
                where tenant = @tenant and ended_at is null and until > @now
                    and (person_id = @personId or vendor = @vendor)
                limit {PeopleLimits.MaxGrantsListed}
                """,
                new
                {
                    now = tx.Now,
                    personId = fence.PersonId,
                    vendor = fence.Vendor ?? "",
                }
            )
        ).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether one of the actor's grants of this case is in force; the transaction adds the values.</summary>
    /// <param name="column">That holds the reference, or a parameter.</param>
    internal static string IsGranted(string column) =>
        $"""
            exists (select 1 from case_grant fence where fence.tenant = @tenant and fence.case_ref = {column}
                and fence.ended_at is null and fence.until > @{FenceNow}
                and (fence.person_id = @{FencePerson} or fence.vendor = @{FenceVendor}))
            """;

    /// <summary>The same, asked of one.</summary>
    internal static async Task<bool> IsGrantedAsync(Tx tx, string caseRef) =>
        await tx.FindAsync<long>(
            $"select count(*) from tenant where tenant = @tenant and {IsGranted("@caseRef")}",
            new { caseRef }
        ) > 0;

    private static async Task<Guid> InsertAsync(
        Tx tx,
        string caseRef,
        Guid? personId,
        string? vendor,
        DateTimeOffset until,
        string reason
    )
    {
        if (until <= tx.Now || until > tx.Now + PeopleLimits.MaxGrant)
        {
            throw new PeopleException(
                "bad_until",
                $"A grant ends in the next {PeopleLimits.MaxGrant.TotalDays:0} days; it can be given again."
            );
        }
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into case_grant (tenant, id, case_ref, person_id, vendor, until, reason, given_at, given_by)
            values (@tenant, @id, @caseRef, @personId, @vendor, @until, @reason, @now, @by)
            """,
            new
            {
                id,
                caseRef,
                personId,
                vendor,
                until,
                reason = Names.Plain(reason, "A reason"),
                now = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await tx.RecordAsync(
            new LedgerAct("case.granted", caseRef)
            {
                Reason = reason.Trim(),
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["grant"] = id.ToString(),
                    ["until"] = until.ToString("u"),
                },
            }
        );
        return id;
    }

    private sealed class Given
    {
        public Guid? PersonId { get; init; }
        public string? Vendor { get; init; }
    }
}
