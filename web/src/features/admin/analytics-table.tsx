import { Skeleton, Table } from "@mantine/core";
import { useQuery } from "convex/react";
import { api } from "@/engine-client/functions";
import { flatFacts } from "./facts";

/** The server's figures, as it names them. */
export function AnalyticsTable() {
  const overview = useQuery(api.analytics.overview, {});
  if (overview === undefined) return <Skeleton height={120} />;
  return (
    <Table.ScrollContainer minWidth={280}>
      <Table data-testid="analytics">
        <Table.Tbody>
          {flatFacts(overview).map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
