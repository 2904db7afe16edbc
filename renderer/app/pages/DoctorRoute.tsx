import { DoctorPage } from '../../features/doctor/DoctorPage';

/** The doctor. */
export function DoctorRoute() {
  return <DoctorPage />;
}
