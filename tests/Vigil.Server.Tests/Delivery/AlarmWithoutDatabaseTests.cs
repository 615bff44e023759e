using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Delivery;

public class AlarmWithoutDatabaseTests
{
    [Fact(Timeout = 60_000)]
    public async Task An_alarm_reaches_the_operators_program_while_the_database_is_frozen_and_is_kept_after()
    {
        var folder = Directory.CreateTempSubdirectory("vigil-alarm-test-");
        try
        {
            var seen = Path.Combine(folder.FullName, "seen");
            var program = AlarmTests.Script(
                folder,
                $"echo \"$VIGIL_ALARM_CODE $VIGIL_ALARM_TENANT\" >> {seen}"
            );
            await using var server = await DeliveryServer.StartAsync([], program);
            var alarms = server.Services.GetRequiredService<Alarms>();
            await using (await FreezeAsync(server))
            {
                var alarm = new Alarm("database_frozen", AlarmSeverity.Page, "It does not answer.");
                await alarms.RaiseAsync(TenantId.Default, alarm);
                Assert.Equal(["database_frozen default"], await File.ReadAllLinesAsync(seen));
                await alarms.RaiseAsync(TenantId.Default, alarm);
                Assert.Single(await File.ReadAllLinesAsync(seen));
            }
            await DeliveryServer.UntilAsync(
                async () => (await server.AlarmsAsync()).Length == 1,
                "the alarm in the database",
                30
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Another connection holds what the alarm must write.</summary>
    private static async Task<System.Data.Common.DbConnection> FreezeAsync(DeliveryServer server)
    {
        var options = server.Services.GetRequiredService<ServerOptions>().DbOptions;
        System.Data.Common.DbConnection connection = TestDatabase.PostgresServer is null
            ? new SqliteConnection($"Data Source={options.Source};Pooling=False")
            : new NpgsqlConnection(options.Source);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = TestDatabase.PostgresServer is null
            ? "begin immediate"
            : "begin; lock table alert in access exclusive mode";
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}
