using static Vigil.Trust.Permission;

namespace Vigil.Trust;

/// <summary>The one table of who may what.</summary>
public static class Grants
{
    private static readonly Permission[] EveryPermission = Enum.GetValues<Permission>();

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
        [Role.Reviewer] = [CaseStatus, CaseRead, CaseDecide, FlagSubmit, DecisionRead, ListRead, AlertRead],
        [Role.Auditor] = [ListRead, HistoryRead, PolicyRead, AlertRead, SettingsRead, LedgerRead],
    };

    private static readonly Dictionary<Scope, Permission[]> ByScope = new()
    {
        [Scope.Scan] = [ScanSubmit, FlagSubmit, CaseStatus, HistoryErase],
        [Scope.Lists] = [ListRead, ListWrite],
        [Scope.Steward] = [ListRead, ListWrite, ListExport, HistoryRead, HuntRun, DecisionRead, PolicyRead],
        [Scope.Cases] = [CaseStatus, CaseRead, CaseDecide, FlagSubmit, DecisionRead],
        [Scope.Admin] = EveryPermission,
    };

    public static IReadOnlySet<Permission> Of(IEnumerable<Role> roles) =>
        roles.SelectMany(role => ByRole[role]).Append(OwnAccount).ToHashSet();

    public static IReadOnlySet<Permission> Of(IEnumerable<Scope> scopes) =>
        scopes.SelectMany(scope => ByScope[scope]).ToHashSet();
}
