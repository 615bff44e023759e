using static Vigil.Trust.Permission;

namespace Vigil.Trust;

/// <summary>The one table of who may what.</summary>
public static class Grants
{
    private static readonly Permission[] EveryPermission = Enum.GetValues<Permission>();

    /// <summary>No key sees contents, nor lets them out: a person does, by name.</summary>
    private static readonly Permission[] ForPeopleOnly = [ContentRender, ContentReveal, ContentExport];

    private static readonly Permission[] Review =
    [
        CaseStatus,
        CaseRead,
        CaseDecide,
        CaseGrade,
        ContentRender,
        ContentReveal,
        FlagSubmit,
        DecisionRead,
        ListRead,
        AlertRead,
    ];

    private static readonly Dictionary<Role, Permission[]> ByRole = new()
    {
        // An admin runs the installation and sees no case.
        [Role.Admin] =
        [
            ListRead,
            HistoryRead,
            HistoryManage,
            HistoryErase,
            HuntRun,
            PolicyRead,
            PolicyWrite,
            WebhookManage,
            OutboxManage,
            AlertRead,
            AlertManage,
            KeyManage,
            PeopleManage,
            SettingsRead,
            SettingsWrite,
            LedgerRead,
        ],
        [Role.PlatformEngineer] =
        [
            ScanSubmit,
            FlagSubmit,
            CaseStatus,
            ListRead,
            HistoryRead,
            HistoryErase,
            PolicyRead,
            WebhookManage,
            OutboxManage,
            AlertRead,
            AlertManage,
            SettingsRead,
        ],
        [Role.ListSteward] =
        [
            ListRead,
            ListWrite,
            ListExport,
            HistoryRead,
            HuntRun,
            DecisionRead,
            PolicyRead,
            AlertRead,
        ],
        [Role.Reviewer] = Review,
        [Role.VendorReviewer] = [CaseStatus, CaseRead, CaseDecide, CaseGrade, ContentRender, ContentReveal],
        [Role.SeniorReviewer] = [.. Review, CaseAssign, AppealDecide, TrainingManage],
        [Role.FilingOfficer] = [.. Review, ReportFile, ContentExport, HoldRead],
        [Role.HotlineAnalyst] = [.. Review, ReportFile],
        [Role.Investigator] = [CaseStatus, CaseRead, DecisionRead, ContentRender, ContentReveal, AlertRead],
        [Role.Custodian] = [HoldRead, HoldManage, AlertRead, LedgerRead],
        [Role.WellnessLead] = [WellnessManage, AlertRead],
        [Role.PrivacyOfficer] =
        [
            HoldRead,
            HistoryRead,
            HistoryErase,
            PolicyRead,
            SettingsRead,
            AlertRead,
            LedgerRead,
        ],
        [Role.Auditor] = [ListRead, HistoryRead, PolicyRead, AlertRead, SettingsRead, HoldRead, LedgerRead],
        [Role.OnCall] = [AlertRead, AlertManage],
    };

    private static readonly Dictionary<Scope, Permission[]> ByScope = new()
    {
        [Scope.Scan] = [ScanSubmit, FlagSubmit, CaseStatus, ContentBring, HistoryErase],
        [Scope.Lists] = [ListRead, ListWrite],
        [Scope.Steward] = [ListRead, ListWrite, ListExport, HistoryRead, HuntRun, DecisionRead, PolicyRead],
        [Scope.Cases] = [CaseStatus, CaseRead, CaseDecide, CaseGrade, ContentBring, FlagSubmit, DecisionRead],
        [Scope.Admin] = EveryPermission.Except(ForPeopleOnly).ToArray(),
    };

    public static IReadOnlySet<Permission> Of(IEnumerable<Role> roles) =>
        roles.SelectMany(role => ByRole[role]).Append(OwnAccount).ToHashSet();

    public static IReadOnlySet<Permission> Of(IEnumerable<Scope> scopes) =>
        scopes.SelectMany(scope => ByScope[scope]).ToHashSet();
}
