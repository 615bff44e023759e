using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Webhooks;

/// <summary>Who is told of events, and what became of it. The tables are the kernel's (Trust/Outbox).</summary>
internal static class WebhooksModule
{
    public static readonly Module Module = new("Features/Webhooks", [.. Enum.GetValues<Profile>()])
    {
        HasTables = false,
        Nav =
        [
            new NavItem("Webhooks", "/console/webhooks", Permission.WebhookManage),
            new NavItem("Outbox", "/console/outbox", Permission.OutboxManage),
        ],
        React = (reactions, _) => reactions.On<HomeNumbersWanted>(HomeNumbers.AddAsync),
        Map = routes =>
        {
            routes.MapWebhooks();
            routes.MapOutbox();
            routes.MapWebhookPages();
            routes.MapOutboxPage();
        },
    };
}
