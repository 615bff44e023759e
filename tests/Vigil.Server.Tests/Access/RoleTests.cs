using Vigil.Trust;
using static Vigil.Trust.Permission;

namespace Vigil.Server.Tests.Access;

/// <summary>What the table of who may what must say, whatever else it says.</summary>
public class RoleTests
{
    private static readonly Permission[] SeesContents =
    [
        ContentRender,
        ContentReveal,
        ContentPlace,
        ContentExport,
    ];

    private static readonly Permission[] Reads =
    [
        ListRead,
        HistoryRead,
        PolicyRead,
        AlertRead,
        SettingsRead,
        HoldRead,
        LedgerRead,
        OwnAccount,
    ];

    [Fact]
    public void An_admin_sees_no_case_and_no_contents_and_files_nothing()
    {
        var granted = Grants.Of([Role.Admin]);
        Assert.Empty(
            granted.Intersect([
                .. SeesContents,
                CaseRead,
                CaseStatus,
                CaseDecide,
                CaseAssign,
                DecisionRead,
                ReportFile,
                ReportRead,
            ])
        );
    }

    [Fact]
    public void No_key_sees_contents_or_has_an_account()
    {
        foreach (var scope in Enum.GetValues<Scope>())
        {
            Assert.Empty(Grants.Of([scope]).Intersect([.. SeesContents, OwnAccount]));
        }
    }

    [Fact]
    public void An_auditor_only_reads()
    {
        Assert.Empty(Grants.Of([Role.Auditor]).Except(Reads));
        Assert.DoesNotContain(CaseRead, Grants.Of([Role.Auditor]));
    }

    [Theory]
    [InlineData(Role.OnCall)]
    [InlineData(Role.WellnessLead)]
    [InlineData(Role.Custodian)]
    [InlineData(Role.PrivacyOfficer)]
    [InlineData(Role.PlatformEngineer)]
    [InlineData(Role.ListSteward)]
    public void Who_needs_no_contents_sees_none(Role role)
    {
        Assert.Empty(Grants.Of([role]).Intersect([.. SeesContents, CaseRead]));
    }

    [Fact]
    public void Only_filing_officers_and_hotline_analysts_file_and_only_seniors_assign()
    {
        Assert.Equal([Role.FilingOfficer, Role.HotlineAnalyst], HavingAll(ReportFile));
        Assert.Equal([Role.SeniorReviewer, Role.FilingOfficer, Role.HotlineAnalyst], HavingAll(ReportRead));
        Assert.Equal([Role.SeniorReviewer], HavingAll(CaseAssign));
        Assert.Equal([Role.SeniorReviewer], HavingAll(AppealDecide));
        Assert.Equal([Role.FilingOfficer], HavingAll(ContentExport));
        Assert.Equal([Role.SeniorReviewer, Role.FilingOfficer, Role.Investigator], HavingAll(ContentPlace));
        Assert.Equal([Role.Admin], HavingAll(PeopleManage, KeyManage));
        // So a key that reads cases takes two persons: KeyMakingTests.
        Assert.Empty(HavingAll(KeyManage, CaseRead));
    }

    [Fact]
    public void Fences_stand_around_investigators_and_vendors_and_nobody_else_who_sees_cases()
    {
        Assert.Equal(
            [Role.VendorReviewer, Role.Investigator],
            HavingAll(CaseRead).Where(role => !Grants.SeesAllCases([role]))
        );
        Assert.True(Grants.SeesAllCases([Role.Investigator, Role.Reviewer]));
        Assert.False(Grants.SeesAllCases([Role.Investigator, Role.ListSteward]));
        Assert.False(Grants.SeesAllCases([]));
    }

    [Fact]
    public void Everything_that_can_be_done_can_be_done_by_somebody()
    {
        var granted = Grants.Of(Enum.GetValues<Role>()).Union(Grants.Of(Enum.GetValues<Scope>())).ToHashSet();
        Assert.Empty(Enum.GetValues<Permission>().Except(granted));
    }

    [Fact]
    public void Roles_that_must_not_meet_do_not_and_solo_mode_frees_the_admin_only()
    {
        foreach (var role in HavingAll(CaseRead))
        {
            Assert.NotNull(Grants.Conflict([Role.Admin, role], isSolo: false));
        }
        Assert.Null(Grants.Conflict([Role.Admin, Role.Reviewer, Role.FilingOfficer], isSolo: true));
        Assert.NotNull(Grants.Conflict([Role.VendorReviewer, Role.Reviewer], isSolo: true));
        Assert.NotNull(Grants.Conflict([Role.Auditor, Role.Admin], isSolo: true));
        Assert.Null(Grants.Conflict([Role.Admin, Role.ListSteward, Role.OnCall], isSolo: false));
        foreach (var role in Enum.GetValues<Role>())
        {
            Assert.Null(Grants.Conflict([role], isSolo: false));
        }
    }

    private static List<Role> HavingAll(params Permission[] permissions) =>
        [.. Enum.GetValues<Role>().Where(role => Grants.Of([role]).IsSupersetOf(permissions))];
}
