using Vigil.Server.Features.Admin;
using Vigil.Server.Features.Alarms;
using Vigil.Server.Features.Cases;
using Vigil.Server.Features.History;
using Vigil.Server.Features.LegalProcess;
using Vigil.Server.Features.Lists;
using Vigil.Server.Features.NoticesReceived;
using Vigil.Server.Features.Preservation;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Scan;
using Vigil.Server.Features.Tenants;
using Vigil.Server.Features.Viewing;
using Vigil.Server.Features.Webhooks;
using Vigil.Trust;

namespace Vigil.Server;

/// <summary>The table of contents: every module, in the order content flows.</summary>
internal static class VigilApp
{
    public static readonly IReadOnlyList<Module> Modules =
    [
        ListsModule.Module,
        // Before scanning: services end in the opposite order, and the last scans are recorded.
        HistoryModule.Module,
        ScanModule.Module,
        CasesModule.Module,
        PreservationModule.Module,
        ViewingModule.Module,
        ReportingModule.Module,
        NoticesReceivedModule.Module,
        LegalProcessModule.Module,
        WebhooksModule.Module,
        AlarmsModule.Module,
        AdminModule.Module,
        TenantsModule.Module,
    ];

    public static IEnumerable<Module> Of(Profile profile) =>
        Modules.Where(module => module.Profiles.Contains(profile));

    public static IEnumerable<ModuleTables> Tables(Profile profile) =>
        Of(profile)
            .Where(module => module.HasTables)
            .Select(module => new ModuleTables(typeof(VigilApp).Assembly, module.Name));
}
